// The will of a CONNECT.

namespace FastMqtt.Broker.Tests.Harness;

internal sealed record Will(string Topic, string Payload, int QoS = 0, bool Retain = false, params byte[] Properties);
