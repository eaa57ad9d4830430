// A Will Message as it lies in a session's row (docs/STORE.md).

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;

namespace FastMqtt.Broker.Persistence;

internal static class WillCodec
{
    public static byte[] Write(WillMessage will, BrokerState shared)
    {
        var writer = new RecordWriter();
        writer.Number(will.DelaySeconds);
        writer.Number(will.ExpirySeconds is { } seconds ? seconds + 1L : 0);
        MessageCodec.Write(writer, will.Publication, shared);
        writer.Seal();
        return writer.Written.ToArray();
    }

    /// <exception cref="StoreException">The record is damaged.</exception>
    public static WillMessage Read(ReadOnlySpan<byte> record, PublicationPool pool, BrokerState shared)
    {
        RecordReader reader = RecordReader.Open(record);
        uint delay = (uint)reader.Number();
        long expiry = reader.Long();
        Message message = MessageCodec.Read(ref reader, shared);
        return new WillMessage(pool.Create(in message), delay, expiry == 0 ? null : (uint)(expiry - 1));
    }
}
