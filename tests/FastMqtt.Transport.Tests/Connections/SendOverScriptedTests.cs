// The send tests over the scripted poller.

using FastMqtt.Transport.Tests.Links;

namespace FastMqtt.Transport.Tests.Connections;

public sealed class SendOverScriptedTests() : SendTests(new ScriptedLink());
