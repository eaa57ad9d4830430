// Which topic a publisher uses and which filters a subscriber has, by mode and pattern. Called while a run is set up.
using System.Globalization;
using System.Text;

namespace FastMqtt.Bench.Engine;

internal sealed class TopicPlan(LoadOptions options)
{
    /// <summary>Bytes that a filter takes at most, the prefix included.</summary>
    public const int FilterBytesMax = 256;

    // Seven digits: as many as the largest number of subscriptions has.
    private const int DigitCount = 7;

    /// <summary>Writes a number as seven digits.</summary>
    public static void WriteDigits(Span<byte> target, int number)
    {
        for (int i = DigitCount - 1; i >= 0; i--)
        {
            (number, int digit) = Math.DivRem(number, 10);
            target[i] = (byte)('0' + digit);
        }
    }

    /// <summary>The number in a topic; -1 when it has none.</summary>
    public int ReadDigits(ReadOnlySpan<byte> topic)
    {
        int begin = DigitsOffset;
        if (topic.Length < begin + DigitCount)
        {
            return -1;
        }

        int number = 0;
        foreach (byte digit in topic.Slice(begin, DigitCount))
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return -1;
            }

            number = (number * 10) + digit - '0';
        }

        return number;
    }

    /// <summary>
    /// Topics of the pattern Pair. Publishers beyond the subscribers publish to nobody; not so offline, where they are
    /// spread over the sessions.
    /// </summary>
    public int Pairs { get; } = options.Mode == LoadMode.Offline && options.Pattern == TopicPattern.Pair
        ? Math.Min(options.Publishers, options.Subscribers)
        : options.Publishers;

    /// <summary>Where the digits of a numbered topic are, behind the prefix and one level.</summary>
    public int DigitsOffset { get; } = Encoding.UTF8.GetByteCount(options.TopicPrefix) + "s/".Length;

    public byte[] TopicOf(int publisher) => Encode(options.Mode switch
    {
        LoadMode.Subscriptions => "s/0000000/x",
        LoadMode.Idle => "i/0000000",
        LoadMode.Retained => "r/0000000",
        _ when options.Pattern is TopicPattern.One or TopicPattern.Share => "b/one",
        _ => string.Create(CultureInfo.InvariantCulture, $"b/{publisher % Pairs}/d"),
    });

    /// <summary>Filter number <paramref name="index"/> of a subscriber.</summary>
    public byte[] FilterOf(int subscriber, long index) => options.Mode switch
    {
        LoadMode.Storm => Encode(string.Create(CultureInfo.InvariantCulture, $"st/{subscriber}")),
        LoadMode.Subscriptions => Encode(NumberedFilter((index * options.Subscribers) + subscriber)),
        LoadMode.Idle => Encode(string.Create(CultureInfo.InvariantCulture, $"i/{subscriber:0000000}")),
        LoadMode.Retained => Encode("r/#"),
        _ => options.Pattern switch
        {
            TopicPattern.One => Encode("b/one"),
            TopicPattern.Wild => Encode("b/+/d"),
            TopicPattern.Hash => Encode("b/#"),
            TopicPattern.Share => Encoding.UTF8.GetBytes($"$share/g/{options.TopicPrefix}b/one"),
            _ => TopicOf(subscriber % Pairs),
        },
    };

    /// <summary>To how many subscribers a publisher's message goes.</summary>
    public int FanOutOf(int publisher)
    {
        switch (options.Mode)
        {
            case LoadMode.Retained:
                return 0; // nobody listens while they are stored
            case LoadMode.Subscriptions or LoadMode.Idle:
                return 1;
        }

        switch (options.Pattern)
        {
            case TopicPattern.Share:
                return 1;
            case TopicPattern.Pair:
                int all = options.Subscribers / Pairs;
                return all + (publisher % Pairs < options.Subscribers % Pairs ? 1 : 0);
            default:
                return options.Subscribers;
        }
    }

    private string NumberedFilter(long number)
    {
        // Of ten filters seven are exact and the others one of each wildcard.
        const int Exact = 7;
        const int Kinds = 10;
        long kind = options.Mix switch
        {
            SubscriptionMix.Exact => 0,
            SubscriptionMix.Wild => Exact + (number % (Kinds - Exact)),
            _ => number % Kinds,
        };
        return string.Create(CultureInfo.InvariantCulture, $"{(kind == Kinds - 1 ? "+" : "s")}/{number:0000000}/")
            + kind switch { Exact => "+", Exact + 1 => "#", _ => "x" };
    }

    private byte[] Encode(string topic) => Encoding.UTF8.GetBytes(options.TopicPrefix + topic);
}
