// A client with a persistent session: comes and goes, and checks Session Present. What its packets mean is up to
// Publisher and Subscriber. All state that outlives a connection is in the ledger.
using System.Net;
using FastMqtt.Crash.Ledgers;

namespace FastMqtt.Crash.Clients;

internal abstract class Client(ClientRecord record, Ledger ledger, Clock clock) : IDisposable
{
    private Link? _link;

    public string Name => record.Name;

    public bool IsOffline => _link is null;

    // CONNACK was received.
    public bool IsOnline { get; private set; }

    // When a load lets it come or go next; kept by Fleet.
    public TimeSpan ChangesAt { get; set; }

    public Link? Link => _link;

    protected ProtocolVersion Version => record.Version;

    protected Ledger Ledger => ledger;

    protected Clock Clock => clock;

    protected virtual ushort ReceiveMaximum => ushort.MaxValue;

    public void Dispose()
    {
        _link?.Dispose();
        GC.SuppressFinalize(this);
    }

    public void Connect(IPEndPoint broker)
    {
        _link = Link.TryOpen(broker);
        if (_link is not null)
        {
            record.FirstConnectAt ??= Clock.Now();
            Send(Packets.Connect(Version, Name, cleanStart: false, ReceiveMaximum));
            _link.Flush();
        }
    }

    // Politely: with DISCONNECT and what was unsent. Otherwise with a reset.
    public void Drop(bool politely)
    {
        if (politely)
        {
            Send(Packets.Disconnect(Version));
            _link?.Flush();
            _link?.Dispose();
        }
        else
        {
            _link?.Reset();
        }

        GoOffline();
    }

    // Handles what has arrived and sends what it leads to.
    public void Pump()
    {
        _link?.Receive();
        while (_link is not null && _link.TryRead(Version, out FixedHeader header, out ReadOnlySpan<byte> body))
        {
            Take(header, body);
        }

        _link?.Flush();
        if (_link is { IsOpen: false })
        {
            _link.Dispose();
            GoOffline();
        }
    }

    public void Flush() => _link?.Flush();

    protected abstract void OnOnline();

    protected abstract void OnOffline();

    protected abstract void OnSessionLost();

    protected abstract void OnPacket(FixedHeader header, ReadOnlySpan<byte> body);

    protected void Send(ReadOnlySpan<byte> packet) => _link?.Send(packet);

    protected void Complain(string what) => ledger.Complaints.Add($"{Name}: {what}");

    protected void CheckRead(ReasonCode verdict, PacketType type)
    {
        if (verdict != ReasonCode.Success)
        {
            Complain($"{type} from the broker is wrong: {verdict}");
        }
    }

    private void Take(FixedHeader header, ReadOnlySpan<byte> body)
    {
        if (header.Type == PacketType.Disconnect)
        {
            CheckRead(DisconnectPacket.Read(header, body, Version, out DisconnectPacket goodbye), header.Type);
            if (goodbye.ReasonCode is not (ReasonCode.ServerShuttingDown or ReasonCode.SessionTakenOver))
            {
                Complain($"the broker disconnects: {goodbye.ReasonCode}");
            }
        }
        else if (header.Type != PacketType.Connack)
        {
            OnPacket(header, body);
        }
        else
        {
            TakeConnack(header, body);
        }
    }

    private void TakeConnack(FixedHeader header, ReadOnlySpan<byte> body)
    {
        CheckRead(ConnackPacket.Read(header, body, Version, out ConnackPacket connack), header.Type);
        if (connack.ReasonCode != ReasonCode.Success)
        {
            OnRefused(connack.ReasonCode);
            return;
        }

        if (!connack.SessionPresent)
        {
            if (record.SessionSince is not null)
            {
                Complain("the session is gone: CONNACK without Session Present"); // [MQTT-3.2.2-3]
            }

            OnSessionLost();
        }

        record.SessionSince ??= Clock.Now();
        IsOnline = true;
        OnOnline();
    }

    protected virtual void OnRefused(ReasonCode code) => Complain($"CONNECT is refused: {code}");

    private void GoOffline()
    {
        _link = null;
        IsOnline = false;
        OnOffline();
    }
}
