// Packet Identifiers of QoS 2 messages received and not released: "method B" of the specification, the identifier is
// stored until PUBREL, the message is passed on at once. [MQTT-4.3.3-10]
// A bit for each identifier in pages of 1,024, made when first needed: clients number from 1, so one page is the rule.

namespace FastMqtt.Broker.Sessions;

internal sealed class PacketIdentifierSet
{
    private const int PageBits = 10;
    private const int WordsPerPage = (1 << PageBits) / 64;

    private readonly ulong[]?[] _pages = new ulong[]?[(ushort.MaxValue + 1) >> PageBits];

    public int Count { get; private set; }

    public bool Contains(ushort packetIdentifier) =>
        _pages[packetIdentifier >> PageBits] is { } page && (page[Word(packetIdentifier)] & Bit(packetIdentifier)) != 0;

    public bool Add(ushort packetIdentifier)
    {
        ulong[] page = _pages[packetIdentifier >> PageBits] ??= new ulong[WordsPerPage];
        ref ulong word = ref page[Word(packetIdentifier)];
        if ((word & Bit(packetIdentifier)) != 0)
        {
            return false;
        }

        word |= Bit(packetIdentifier);
        Count++;
        return true;
    }

    public bool Remove(ushort packetIdentifier)
    {
        if (!Contains(packetIdentifier))
        {
            return false;
        }

        _pages[packetIdentifier >> PageBits]![Word(packetIdentifier)] &= ~Bit(packetIdentifier);
        Count--;
        return true;
    }

    /// <summary>All of them, in their order.</summary>
    public IEnumerable<ushort> All()
    {
        for (int identifier = 1; identifier <= ushort.MaxValue; identifier++)
        {
            if (_pages[identifier >> PageBits] is null)
            {
                identifier |= (1 << PageBits) - 1; // to the end of the page
            }
            else if (Contains((ushort)identifier))
            {
                yield return (ushort)identifier;
            }
        }
    }

    private static int Word(ushort packetIdentifier) => (packetIdentifier >> 6) & (WordsPerPage - 1);

    private static ulong Bit(ushort packetIdentifier) => 1UL << (packetIdentifier & 63);
}
