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

    public byte[] TopicOf(int publisher) => Encode(options.Pattern switch
    {
        TopicPattern.One or TopicPattern.Share => "b/one",
        _ => string.Create(CultureInfo.InvariantCulture, $"b/{publisher}/d"),
    });

    /// <summary>Filter number <paramref name="index"/> of a subscriber.</summary>
    public byte[] FilterOf(int subscriber, long index)
    {
        _ = index;
        return options.Pattern switch
        {
            TopicPattern.One => Encode("b/one"),
            TopicPattern.Wild => Encode("b/+/d"),
            TopicPattern.Hash => Encode("b/#"),
            TopicPattern.Share => Encoding.UTF8.GetBytes($"$share/g/{options.TopicPrefix}b/one"),
            _ => TopicOf(subscriber % options.Publishers),
        };
    }

    /// <summary>To how many subscribers a publisher's message goes.</summary>
    public int FanOutOf(int publisher)
    {
        switch (options.Pattern)
        {
            case TopicPattern.Share:
                return 1;
            case TopicPattern.Pair:
                int all = options.Subscribers / options.Publishers;
                return all + (publisher < options.Subscribers % options.Publishers ? 1 : 0);
            default:
                return options.Subscribers;
        }
    }

    private byte[] Encode(string topic) => Encoding.UTF8.GetBytes(options.TopicPrefix + topic);
}
