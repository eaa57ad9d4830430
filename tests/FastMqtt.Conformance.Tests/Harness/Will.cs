// A Will Message as a test writes it into CONNECT.

namespace FastMqtt.Conformance.Tests.Harness;

internal sealed record Will(
    string Topic, string Payload = "gone", int QoS = 0, bool Retain = false, byte[]? Properties = null);
