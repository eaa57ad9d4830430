// Messages and deliveries as they lie in the log, in states and in segments (docs/STORE.md).

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Persistence;

internal static class MessageCodec
{
    private const int QoSMask = 3;
    private const int Retain = 1 << 2;

    // Of a message.
    private const int HasProperties = 1 << 3;
    private const int HasExpiry = 1 << 4;
    private const int HasExchange = 1 << 5;

    // Of a delivery.
    private const int HasOne = 1 << 3;
    private const int HasSeveral = 1 << 4;
    private const int IsShared = 1 << 5;

    /// <summary>A message: flags, topic, payload, and what it has of properties, expiry and exchange.</summary>
    public static void Write(RecordWriter writer, Publication publication, BrokerState shared)
    {
        bool expires = publication.ExpiresAtMilliseconds != long.MaxValue;
        int flags = (int)publication.QoS
            | (publication.Retain ? Retain : 0)
            | (publication.Properties.IsEmpty ? 0 : HasProperties)
            | (expires ? HasExpiry : 0)
            | (!publication.Exchange.IsNone ? HasExchange : 0);
        writer.Byte((byte)flags);
        writer.Fixed(publication.Publisher);
        writer.Bytes(publication.Topic);
        writer.Bytes(publication.Payload);
        if (!publication.Properties.IsEmpty)
        {
            writer.Bytes(publication.Properties);
        }

        if (expires)
        {
            writer.Number(shared.ToUnix(publication.ExpiresAtMilliseconds));
        }

        if (!publication.Exchange.IsNone)
        {
            writer.Number(publication.Exchange.Session);
            writer.Number(publication.Exchange.Value);
        }
    }

    /// <summary>A message on the broker's clock. Its spans are those of the record.</summary>
    public static Message Read(ref RecordReader reader, BrokerState shared)
    {
        int flags = reader.Byte();
        var message = new Message
        {
            QoS = (QualityOfService)(flags & QoSMask),
            Retain = (flags & Retain) != 0,
            Publisher = reader.Fixed(),
            Topic = reader.Bytes(),
            Payload = reader.Bytes(),
            ExpiresAtMilliseconds = long.MaxValue,
        };
        if (!TopicName.IsValid(message.Topic) || (flags & QoSMask) > (int)QualityOfService.ExactlyOnce)
        {
            throw RecordReader.Damaged();
        }

        if ((flags & HasProperties) != 0)
        {
            message.Properties = reader.Bytes();
        }

        if ((flags & HasExpiry) != 0)
        {
            message.ExpiresAtMilliseconds = shared.ExpiryFromUnix(reader.Long());
        }

        if ((flags & HasExchange) != 0)
        {
            message.Exchange = new Exchange(reader.Long(), reader.Long());
        }

        return message;
    }

    public static void Write(RecordWriter writer, in Delivery delivery)
    {
        uint[]? several = delivery.Origin as uint[];
        var shared = delivery.Origin as Subscription;
        int flags = (int)delivery.QoS
            | (delivery.Retain ? Retain : 0)
            | (several is not null ? HasSeveral : delivery.SubscriptionIdentifier != 0 ? HasOne : 0)
            | (shared is not null ? IsShared : 0);
        writer.Byte((byte)flags);
        if (several is not null)
        {
            writer.Number(several.Length);
            foreach (uint identifier in several)
            {
                writer.Number(identifier);
            }
        }
        else if (delivery.SubscriptionIdentifier != 0)
        {
            writer.Number(delivery.SubscriptionIdentifier);
        }

        if (shared is not null)
        {
            writer.Bytes(shared.ShareName);
            writer.Bytes(shared.Filter);
        }
    }

    /// <param name="reader">Where it lies.</param>
    /// <param name="session">Whose subscriptions are meant; null: it is not known any more.</param>
    public static Delivery ReadDelivery(ref RecordReader reader, Session? session)
    {
        int flags = reader.Byte();
        uint one = 0;
        object? origin = null;
        if ((flags & HasSeveral) != 0)
        {
            var several = new uint[reader.Count(1)];
            for (int i = 0; i < several.Length; i++)
            {
                several[i] = (uint)reader.Number();
            }

            origin = several;
        }
        else if ((flags & HasOne) != 0)
        {
            one = (uint)reader.Number();
        }

        if ((flags & IsShared) != 0)
        {
            ReadOnlySpan<byte> shareName = reader.Bytes();
            ReadOnlySpan<byte> filter = reader.Bytes();
            origin = session?.Subscriptions.Find(shareName, filter);
        }

        return new Delivery((QualityOfService)(flags & QoSMask), (flags & Retain) != 0, one, origin);
    }
}
