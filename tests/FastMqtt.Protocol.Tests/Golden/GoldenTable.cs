// The one golden table: every packet with its bytes and the facts, or the error, that must come out.
// Drives the decoder, encoder, size, split, truncation, allocation and fuzz tests.
using Xunit;

namespace FastMqtt.Protocol.Tests.Golden;

internal static class GoldenTable
{
    public static readonly GoldenRow[] All =
    [
        .. FrameRows.All,
        .. ConnectRows.All,
        .. ConnectHostileRows.All,
        .. ConnectPropertyHostileRows.All,
        .. ConnackRows.All,
        .. PublishRows.All,
        .. PublishHostileRows.All,
        .. AcknowledgementRows.All,
        .. SubscribeRows.All,
        .. SubackRows.All,
        .. UnsubscribeRows.All,
        .. SmallRows.All,
    ];

    public static IEnumerable<GoldenRow> Legal => All.Where(row => !row.IsHostile);

    // For theories: the number finds the row, so that a failed case is named by it.
    public static TheoryData<int> Numbers => [.. All.Select(row => row.Number)];

    public static TheoryData<int> LegalNumbers => [.. Legal.Select(row => row.Number)];

    private static readonly Dictionary<int, GoldenRow> ByNumber = All.ToDictionary(row => row.Number);

    public static GoldenRow Find(int number) => ByNumber[number];
}
