// The golden table against the codec: facts, bytes, sizes, and the same facts however the input is cut.
using FastMqtt.Protocol.Tests.Golden;
using Xunit;

namespace FastMqtt.Protocol.Tests;

public class GoldenTests
{
    public static TheoryData<int> Numbers => GoldenTable.Numbers;

    public static TheoryData<int> LegalNumbers => GoldenTable.LegalNumbers;

    [Fact]
    public void numbers_are_unique() =>
        Assert.Equal(GoldenTable.All.Length, GoldenTable.All.Select(row => row.Number).Distinct().Count());

    [Fact]
    public void the_table_is_large_and_mostly_hostile()
    {
        Assert.True(GoldenTable.All.Length >= 300);
        Assert.True(GoldenTable.All.Count(row => row.IsHostile) >= 120);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void bytes_decode_to_the_facts_or_the_error(int number)
    {
        GoldenRow row = GoldenTable.Find(number);
        Assert.Equal(row.Expected, AnyPacket.Describe(row.Bytes, row.Version, out _));
    }

    [Theory]
    [MemberData(nameof(LegalNumbers))]
    public void writing_what_was_read_gives_the_bytes_and_the_size(int number)
    {
        GoldenRow row = GoldenTable.Find(number);
        byte[] written = Rewrite(row.Bytes, row.Version);
        if (row.IsCanonical)
        {
            Assert.Equal(row.Hex, Convert.ToHexString(written));
        }

        Assert.Equal(row.Expected, AnyPacket.Describe(written, row.Version, out int consumed));
        Assert.Equal(written.Length, consumed);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void a_frame_split_anywhere_is_first_incomplete_and_then_the_same(int number)
    {
        GoldenRow row = GoldenTable.Find(number);
        FrameResult whole = FrameDecoder.TryRead(row.Bytes, int.MaxValue, out FixedHeader header, out _, row.Version);
        for (int length = 0; length < row.Bytes.Length; length++)
        {
            FrameResult part = FrameDecoder.TryRead(
                row.Bytes.AsSpan(0, length), int.MaxValue, out FixedHeader early, out ReasonCode error, row.Version);
            if (whole == FrameResult.Complete)
            {
                Assert.Equal(FrameResult.Incomplete, part);
                Assert.Equal(length < header.HeaderLength ? 0 : row.Bytes.Length, early.TotalLength);
            }

            Assert.Equal(part == FrameResult.Malformed ? ReasonCode.MalformedPacket : ReasonCode.Success, error);
            Assert.Equal([row.Expected], Feed(row, row.Bytes[..length], row.Bytes[length..]));
        }
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void a_frame_fed_byte_by_byte_is_the_same(int number)
    {
        GoldenRow row = GoldenTable.Find(number);
        Assert.Equal([row.Expected], Feed(row, [.. row.Bytes.Select(value => new[] { value })]));
    }

    [Theory]
    [MemberData(nameof(LegalNumbers))]
    public void ten_packets_in_one_read_are_ten_packets(int number)
    {
        GoldenRow row = GoldenTable.Find(number);
        byte[] ten = [.. Enumerable.Repeat(row.Bytes, 10).SelectMany(bytes => bytes)];
        Assert.Equal(Enumerable.Repeat(row.Expected, 10), Feed(row, ten));
    }

    [Theory]
    [MemberData(nameof(LegalNumbers))]
    public void a_body_cut_short_or_made_longer_never_throws(int number)
    {
        GoldenRow row = GoldenTable.Find(number);
        FrameDecoder.TryRead(row.Bytes, int.MaxValue, out FixedHeader header, out _, row.Version);
        byte[] body = [.. row.Bytes[header.HeaderLength..], 0];
        for (int length = 0; length <= body.Length; length++)
        {
            FixedHeader cut = header with { RemainingLength = length };
            string facts = AnyPacket.Describe(cut, body.AsSpan(0, length), row.Version);
            if (length == header.RemainingLength)
            {
                Assert.Equal(row.Expected, facts);
            }
        }
    }

    [Theory]
    [MemberData(nameof(LegalNumbers))]
    public void a_frame_of_the_maximum_packet_size_passes_and_one_more_does_not(int number)
    {
        GoldenRow row = GoldenTable.Find(number);
        int size = row.Bytes.Length;
        FrameResult fits = FrameDecoder.TryRead(row.Bytes, size, out _, out _, row.Version);
        Assert.Equal(FrameResult.Complete, fits);
        FrameResult exceeds = FrameDecoder.TryRead(row.Bytes, size - 1, out _, out ReasonCode error, row.Version);
        Assert.Equal(FrameResult.Malformed, exceeds);
        Assert.Equal(ReasonCode.PacketTooLarge, error);
    }

    private static byte[] Rewrite(byte[] frame, ProtocolVersion version)
    {
        FrameDecoder.TryRead(frame, int.MaxValue, out FixedHeader header, out _, version);
        byte[] destination = new byte[frame.Length];
        ReasonCode verdict = PacketRewriter.Rewrite(
            header, frame.AsSpan(header.HeaderLength), version, destination, out int measured, out int written);
        Assert.Equal(ReasonCode.Success, verdict);
        Assert.Equal(measured, written);
        return destination[..written];
    }

    // Receives the reads one after the other, keeping the tail of a split frame as a connection would.
    private static List<string> Feed(GoldenRow row, params byte[][] reads)
    {
        List<string> facts = [];
        byte[] unread = [];
        foreach (byte[] read in reads)
        {
            unread = [.. unread, .. read];
            int consumed;
            do
            {
                string fact = AnyPacket.Describe(unread, row.Version, out consumed);
                if (fact != "?")
                {
                    facts.Add(fact);
                }

                if (fact.StartsWith('!'))
                {
                    return facts;
                }

                unread = unread[consumed..];
            }
            while (consumed > 0);
        }

        return facts;
    }
}
