// What one run is asked to do. Made by the command line or a test, read by the engine, changed by nobody.
// The limits are those of the protocol, of the payload's fields and of one machine's descriptors.
using System.Net;
using FastMqtt.Bench.Engine;
using FastMqtt.Protocol;

namespace FastMqtt.Bench;

public sealed record LoadOptions
{
    /// <summary>What seven digits of a topic can tell apart.</summary>
    public const int NumbersMax = 9_999_999;

    /// <summary>The publisher's number is a 16-bit field of the payload.</summary>
    public const int PublishersMax = 65_535;

    /// <summary>What the payload's fields take: see <c>MessageTemplate</c>.</summary>
    public const int PayloadBytesMin = 16;

    /// <summary>1 MiB: brokers refuse larger packets by default, or soon after.</summary>
    public const int PayloadBytesMax = 1024 * 1024;

    /// <summary>Below half of the Packet Identifiers, so that a free one is always near.</summary>
    public const int InFlightMax = 30_000;

    public required LoadMode Mode { get; init; }

    public required IPEndPoint Target { get; init; }

    /// <summary>TLS of its connections; null: none.</summary>
    public Security? Security { get; init; }

    /// <summary>Put in front of every topic, so that runs of several people do not meet.</summary>
    public string TopicPrefix { get; init; } = string.Empty;

    public string Label { get; init; } = string.Empty;

    public ProtocolVersion Version { get; init; } = ProtocolVersion.Mqtt311;

    public string? UserName { get; init; }

    public string? Password { get; init; }

    public int Publishers { get; init; } = 1;

    public int Subscribers { get; init; } = 1;

    public TopicPattern Pattern { get; init; }

    public QualityOfService QoS { get; init; }

    public QualityOfService SubscriptionQoS { get; init; }

    public int PayloadBytes { get; init; } = 64;

    /// <summary>Messages of each publisher; 0: as many as the time allows.</summary>
    public long Count { get; init; }

    public double Seconds { get; init; } = 2;

    /// <summary>Before the measurement starts.</summary>
    public double WarmSeconds { get; init; } = 0.3;

    /// <summary>Messages a second of all publishers together.</summary>
    public double Rate { get; init; } = 1000;

    /// <summary>Messages a publisher has on the way to each of its subscribers; 0: any.</summary>
    public long Window { get; init; } = 1000;

    /// <summary>Messages of a publisher the broker has not acknowledged, QoS 1 and 2.</summary>
    public int InFlight { get; init; } = 100;

    /// <summary>A publisher refills its window when at least so much of it is free.</summary>
    public int BurstMin { get; init; } = 1;

    /// <summary>How long the generator rests when little arrived, so that it is not woken for each message.</summary>
    public int RestMicroseconds { get; init; }

    /// <summary>Bytes that one send of a publisher holds at most.</summary>
    public int BatchBytes { get; init; } = 65_536;

    public int Iterations { get; init; } = 5;

    public int Connections { get; init; } = 1000;

    /// <summary>Connections that are being opened at a time.</summary>
    public int AtATime { get; init; } = 64;

    /// <summary>Each connection of a storm subscribes too.</summary>
    public bool StormSubscribes { get; init; }

    /// <summary>Subscriptions of all subscribers together.</summary>
    public int Subscriptions { get; init; } = 1000;

    /// <summary>Subscriptions that messages are published to; 0: all.</summary>
    public int Published { get; init; }

    public SubscriptionMix Mix { get; init; }

    /// <summary>Sessions of subscribers outlive their connections; they are removed in the end.</summary>
    public bool IsPersistent { get; init; }

    /// <summary>Messages a second of a QoS 0 pair beside an offline run, to measure its latency; 0: no pair.</summary>
    public double BesideRate { get; init; }

    /// <summary>The run ends with its messages retained, or queued and the sessions waiting.</summary>
    public bool KeepsMessages { get; init; }

    /// <summary>Messages a second to the large topic of a fan-out storm.</summary>
    public double LargeRate { get; init; } = 5;

    public double HoldSeconds { get; init; } = 1;

    /// <summary>Without progress for so long a run fails.</summary>
    public double TimeoutSeconds { get; init; } = 10;

    /// <summary>The broker's process, whose CPU and memory are read; 0: unknown, or on another machine.</summary>
    public int BrokerProcess { get; init; }

    /// <summary>A line a second on stderr.</summary>
    public bool Progress { get; init; }

    /// <summary>Refills windows by quarters and rests when little arrives: for loads whose rate is measured.</summary>
    public LoadOptions WithBursts()
    {
        const int Quarter = 4;
        const int RestOfSteadyLoad = 50;
        const long WindowWithoutBound = 1000;
        long window = Window > 0 && (!IsAcknowledged || Window < InFlight) ? Window
            : IsAcknowledged ? InFlight
            : WindowWithoutBound;
        return this with
        {
            BurstMin = (int)Math.Clamp(window / Quarter, 1, int.MaxValue),
            RestMicroseconds = RestOfSteadyLoad,
        };
    }

    /// <summary>The QoS that messages arrive with.</summary>
    internal QualityOfService DeliveryQoS =>
        (QualityOfService)Math.Min((int)QoS, (int)SubscriptionQoS);

    internal bool IsAcknowledged => QoS != QualityOfService.AtMostOnce;

    internal bool HasLastingSessions => IsPersistent || Mode == LoadMode.Offline;

    /// <summary>How topics are numbered, if they are.</summary>
    internal Numbering Numbering => Mode switch
    {
        LoadMode.Subscriptions => Numbering.Random,
        LoadMode.Idle or LoadMode.Retained => Numbering.InTurn,
        _ => Numbering.None,
    };

    /// <summary>How many numbers there are.</summary>
    internal int Numbers => Mode switch
    {
        LoadMode.Subscriptions => Published > 0 ? Math.Min(Published, Subscriptions) : Subscriptions,
        LoadMode.Idle => Connections,
        _ => (int)Math.Min(Math.Max(1, Count), NumbersMax),
    };

    internal long TimeoutNanoseconds => (long)(TimeoutSeconds * Clock.SecondNanoseconds);
}
