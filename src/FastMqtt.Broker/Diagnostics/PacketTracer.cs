// Describes the packets of a dispatcher's clients to the traces that are on. Exists only while there is one; then
// packets are handled one by one, since a burst is not described as a block.
//
// What is sent is read from the output just before it is flushed: there everything a client is sent comes by, whoever
// wrote it, and the paths that write it know nothing of traces. Output ends at the end of a packet at every flush, and
// what an earlier flush left behind is described already: so many bytes are passed over.

using System.Text.Unicode;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Diagnostics;

internal sealed class PacketTracer
{
    /// <summary>Bytes of a sent packet that are looked at: the longest topic, and usual properties.</summary>
    private const int BeginningBytes = 80 << 10;

    private readonly Dictionary<Client, Followed> _clients = [];
    private readonly byte[] _beginning = new byte[BeginningBytes];
    private readonly byte[] _topic = new byte[LogText.TopicBytesMax];
    private readonly byte[] _payload = new byte[LogText.TopicBytesMax];

    public PacketTracer(Dispatcher dispatcher, PacketTrace[] traces)
    {
        Traces = traces;
        foreach (Client client in dispatcher.Connections.All())
        {
            Follow(client).Described = client.Connection.PendingBytes; // perhaps the rest of a packet
        }
    }

    public PacketTrace[] Traces { get; set; }

    /// <summary>A CONNECT was handled.</summary>
    public void Connect(Client client, FixedHeader header, ReadOnlySpan<byte> body)
    {
        if (client.State == ClientState.Closed)
        {
            return; // it is handled by another dispatcher, and described there
        }

        Followed followed = Follow(client);
        if (followed.Identifier is null
            && ConnectPacket.Read(header, body, out ConnectPacket packet) == ReasonCode.Success)
        {
            followed.Identifier = packet.ClientIdentifier.ToArray();
        }

        Describe(client, followed, new PacketFacts { Type = PacketType.Connect }, default, default);
    }

    /// <summary>Describes the packet the input begins with, which is about to be handled; returns it alone.</summary>
    public ReadOnlySpan<byte> Received(Client client, FixedHeader header, ReadOnlySpan<byte> unread)
    {
        ReadOnlySpan<byte> frame = unread[..header.TotalLength];
        PacketFacts facts = PacketFacts.Read(
            header,
            frame[header.HeaderLength..],
            client.IsMqtt5,
            out ReadOnlySpan<byte> topic,
            out ReadOnlySpan<byte> payload);
        if (topic.IsEmpty && facts.TopicAlias != 0 && client.Aliases is { } aliases)
        {
            aliases.TryGet(facts.TopicAlias, out topic);
        }

        Describe(client, Follow(client), facts, topic, payload);
        return frame;
    }

    /// <summary>The client's output is about to be flushed.</summary>
    public void Sending(Client client)
    {
        Followed followed = Follow(client);
        int offset = followed.Described;
        Span<byte> beginning = _beginning;
        while (offset < client.Connection.PendingBytes)
        {
            int count = client.Connection.CopyPending(offset, beginning);
            FrameDecoder.TryRead(beginning[..count], int.MaxValue, out FixedHeader header, out _, client.Version);
            if (header.TotalLength == 0)
            {
                break;
            }

            ReadOnlySpan<byte> body = beginning[header.HeaderLength..Math.Min(count, header.TotalLength)];
            PacketFacts facts = PacketFacts.Read(
                header, body, client.IsMqtt5, out ReadOnlySpan<byte> topic, out ReadOnlySpan<byte> payload);
            facts.IsSent = true;
            if (facts.TopicAlias != 0)
            {
                topic = followed.Resolve(facts.TopicAlias, topic);
            }

            Describe(client, followed, facts, topic, payload);
            offset += header.TotalLength;
        }
    }

    /// <summary>Its output has been flushed as far as the socket takes it.</summary>
    public void Sent(Client client) => Follow(client).Described = client.Connection.PendingBytes;

    /// <summary>Its connection is gone.</summary>
    public void Forget(Client client) => _clients.Remove(client);

    private Followed Follow(Client client)
    {
        if (!_clients.TryGetValue(client, out Followed? followed))
        {
            followed = new Followed();
            _clients.Add(client, followed);
        }

        followed.Identifier = client.Session?.ClientIdentifier ?? followed.Identifier;
        return followed;
    }

    private void Describe(
        Client client, Followed followed, PacketFacts facts, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        facts.Topic = TopicText.Copy(topic, _topic);
        ReadOnlySpan<byte> published = facts.Type == PacketType.Publish ? topic : default;
        foreach (PacketTrace trace in Traces)
        {
            if (!trace.Covers(followed.Identifier, published))
            {
                continue;
            }

            bool shows = trace.WithPayload && facts.Type == PacketType.Publish;
            facts.Payload = TopicText.Copy(shows ? Shown(payload) : default, _payload);
            trace.Log.Packet(new PacketLine(client, followed.Identifier, in facts));
        }
    }

    // A payload that is no text would only be a line of replacement characters.
    private static ReadOnlySpan<byte> Shown(ReadOnlySpan<byte> payload)
    {
        ReadOnlySpan<byte> beginning = payload[..Math.Min(payload.Length, LogText.TopicBytesMax)];
        return beginning.Contains((byte)0) || !Utf8.IsValid(beginning[..Math.Min(beginning.Length, 16)])
            ? "(binary)"u8
            : beginning;
    }

    private sealed class Followed
    {
        private Dictionary<ushort, byte[]>? _aliases;

        public byte[]? Identifier { get; set; }

        /// <summary>Bytes at the head of the output that an earlier flush has left.</summary>
        public int Described { get; set; }

        public ReadOnlySpan<byte> Resolve(ushort alias, ReadOnlySpan<byte> topic)
        {
            _aliases ??= [];
            if (!topic.IsEmpty)
            {
                _aliases[alias] = topic.ToArray();
                return topic;
            }

            return _aliases.TryGetValue(alias, out byte[]? known) ? known : "(alias set before the trace)"u8;
        }
    }
}
