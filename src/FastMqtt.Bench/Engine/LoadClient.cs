// One MQTT client of a run: its connection, if it has one, and its role. Belongs to one loop.
using FastMqtt.Protocol;
using FastMqtt.Transport;

namespace FastMqtt.Bench.Engine;

internal sealed class LoadClient(string identifier)
{
    /// <summary>What a server accepts that does not say otherwise.</summary>
    public const int DefaultReceiveMaximum = 65_535;

    public string Identifier => identifier;

    public Connection? Connection { get; set; }

    public ClientState State { get; set; }

    /// <summary>False keeps the session when the connection ends.</summary>
    public bool CleanStart { get; set; } = true;

    public Publisher? Publisher { get; init; }

    public Subscriber? Subscriber { get; init; }

    /// <summary>Its filters, by number; null: it subscribes to nothing.</summary>
    public Func<long, byte[]>? FilterAt { get; set; }

    public long Filters { get; set; }

    public long FiltersSent { get; set; }

    public long FiltersAcknowledged { get; set; }

    /// <summary>Told of each SUBACK and UNSUBACK by whom the set-up does not look after.</summary>
    public Action<LoadClient>? Answered { get; init; }

    public QualityOfService SubscriptionQoS { get; init; }

    public int ReceiveMaximum { get; set; } = DefaultReceiveMaximum;

    /// <summary>The socket takes no more; an event will say when it does.</summary>
    public bool IsBlocked { get; set; }

    public bool IsReady { get; set; }

    public bool IsDirty { get; set; }

    /// <summary>Up, and subscribed to all it should be.</summary>
    public bool IsSetUp => State == ClientState.Up && FiltersAcknowledged == Filters;
}
