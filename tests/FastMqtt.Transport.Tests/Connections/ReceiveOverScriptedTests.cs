// The receive tests over the scripted poller.

using FastMqtt.Transport.Tests.Links;

namespace FastMqtt.Transport.Tests.Connections;

public sealed class ReceiveOverScriptedTests() : ReceiveTests(new ScriptedLink());
