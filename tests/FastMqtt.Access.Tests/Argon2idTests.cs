// Argon2id and BLAKE2b against the vectors of their RFCs.

namespace FastMqtt.Access.Tests;

public class Argon2idTests
{
    [Fact]
    public void rfc_9106_vector_is_met()
    {
        byte[] tag = new byte[32];
        Argon2id.Derive(Filled(32, 1), Filled(16, 2), Filled(8, 3), Filled(12, 4), new Argon2Cost(32, 3, 4), tag);
        Assert.Equal(
            "0D640DF58D78766C08C037A34A8B53C9D01EF0452D75B65EB52520E96B01E659", Convert.ToHexString(tag));
    }

    [Fact]
    public void rfc_7693_vector_is_met()
    {
        byte[] hash = new byte[64];
        Blake2b.Hash("abc"u8, hash);
        Assert.Equal(
            "BA80A53F981C4D0D6A2797B69F12F6E94C212F14685AC4B74B12BB6FDBFFA2D1"
            + "7D87C5392AAB792DC252D5DE4533CC9518D38AA8DBF1925AB92386EDD4009923",
            Convert.ToHexString(hash));
    }

    [Fact]
    public void blocks_that_end_at_a_border_are_hashed_as_whole_ones()
    {
        byte[] one = new byte[32];
        byte[] other = new byte[32];
        Blake2b.Hash(new byte[128], one);
        Blake2b.Hash(new byte[129], other);
        Assert.NotEqual(one, other);
        Assert.Equal("378D0CAAAA3855F1B38693C1D6EF004FD118691C95C959D4EFA950D6D6FCF7C1", Convert.ToHexString(one));
    }

    private static byte[] Filled(int length, byte value)
    {
        byte[] bytes = new byte[length];
        Array.Fill(bytes, value);
        return bytes;
    }
}
