// Random packets survive a round trip; random and mutated bytes never cause an exception, whatever reader they meet.
// CsCheck prints the seed of a failed case.
using CsCheck;
using FastMqtt.Protocol.Tests.Golden;
using Xunit;

namespace FastMqtt.Protocol.Tests;

public class PropertyBasedTests
{
    private static readonly Gen<ProtocolVersion> Version =
        Gen.OneOf(ProtocolVersion.Mqtt31, ProtocolVersion.Mqtt311, ProtocolVersion.Mqtt5);

    [Fact]
    public void a_random_packet_survives_a_round_trip() => PacketModels.Any.Sample(
        model =>
        {
            (byte[] bytes, string facts) = model.Encode();
            return AnyPacket.Describe(bytes, model.Version, out int consumed) == facts && consumed == bytes.Length;
        },
        iter: 20_000);

    [Fact]
    public void random_bytes_are_judged_the_same_twice_and_never_throw() =>
        Gen.Select(Gen.Byte.Array[0, 64], Version).Sample(
            (bytes, version) => Judge(bytes, version) == Judge(bytes, version),
            iter: 50_000);

    [Fact]
    public void random_bodies_are_judged_the_same_twice_by_every_reader_and_never_throw() =>
        Gen.Select(Gen.Int[1, 15], Gen.Int[0, 15], Gen.Byte.Array[0, 48], Version).Sample(
            (type, flags, body, version) =>
            {
                FixedHeader header = new((byte)((type << 4) | flags), 2, body.Length);
                string first = AnyPacket.Describe(header, body, version);
                return first == AnyPacket.Describe(header, body, version);
            },
            iter: 100_000);

    [Fact]
    public void mutated_golden_rows_are_judged_the_same_twice_and_never_throw() =>
        Gen.Select(Gen.OneOf(GoldenTable.All), Gen.Select(Gen.Int[0, 4_095], Gen.Byte).Array[1, 4], Version).Sample(
            (row, changes, version) =>
            {
                byte[] bytes = [.. row.Bytes];
                foreach ((int at, byte value) in changes)
                {
                    bytes[at % bytes.Length] = value;
                }

                return Judge(bytes, version) == Judge(bytes, version);
            },
            iter: 100_000);

    [Fact]
    public void what_is_read_from_a_mutated_row_is_legal_when_written_again() =>
        Gen.Select(Gen.OneOf(GoldenTable.All), Gen.Int[0, 4_095], Gen.Byte).Sample(
            (row, at, value) =>
            {
                byte[] bytes = [.. row.Bytes];
                bytes[at % bytes.Length] = value;
                byte[] destination = new byte[bytes.Length + 8];
                FrameResult result = FrameDecoder.TryRead(
                    bytes, int.MaxValue, out FixedHeader header, out _, row.Version);
                if (result != FrameResult.Complete)
                {
                    return true;
                }

                ReadOnlySpan<byte> body = bytes.AsSpan(header.HeaderLength, header.RemainingLength);
                ReasonCode verdict = PacketRewriter.Rewrite(
                    header, body, row.Version, destination, out int measured, out int written);
                return verdict != ReasonCode.Success
                    || (measured == written && !Judge(destination[..written], row.Version).StartsWith('!'));
            },
            iter: 50_000);

    private static string Judge(byte[] bytes, ProtocolVersion version) =>
        AnyPacket.Describe(bytes, version, out _);
}
