// Gives three bytes at a time, as a pipe may.

namespace FastMqtt.Broker.Tests.Persistence.Mosquitto;

internal sealed class TricklingStream(byte[] bytes) : MemoryStream(bytes, writable: false)
{
    public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, int.Min(3, count));
}
