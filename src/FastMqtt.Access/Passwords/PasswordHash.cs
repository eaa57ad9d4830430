// One stored password: the text behind the colon of a line, decoded. Each kind is a type of its own. Immutable; checked
// on many threads at once. Nothing here compares in a time that depends on what is compared.

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FastMqtt.Access;

internal abstract class PasswordHash
{
    // What a check costs: equal text, equal time.
    public abstract string CostKind { get; }

    // The text that stands in a file.
    public abstract string Encoded { get; }

    // A hash of the same cost that nobody's password has.
    public abstract PasswordHash Decoy();

    public abstract bool Matches(ReadOnlySpan<byte> password);

    // Null: not a hash in any known form.
    public static PasswordHash? TryDecode(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("$6$"u8))
        {
            return Sha512Hash.TryDecode(text[3..]);
        }

        if (text.StartsWith("$7$"u8))
        {
            return Pbkdf2Hash.TryDecode(text[3..]);
        }

        if (text.StartsWith("$argon2id$"u8))
        {
            return Argon2Hash.TryDecode(text["$argon2id$"u8.Length..]);
        }

        return text.StartsWith(ScramHash.Prefix) ? ScramHash.TryDecode(text[ScramHash.Prefix.Length..]) : null;
    }

    protected static bool TryBase64(ReadOnlySpan<byte> text, out byte[] bytes)
    {
        bytes = new byte[text.Length];
        bool isValid = Convert.TryFromBase64String(Encoding.Latin1.GetString(text), bytes, out int length);
        Array.Resize(ref bytes, isValid ? length : 0);
        return isValid;
    }

    protected static bool TryNumber(ReadOnlySpan<byte> text, int max, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number >= 1
        && number <= max;

    protected static bool IsEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        CryptographicOperations.FixedTimeEquals(left, right);
}
