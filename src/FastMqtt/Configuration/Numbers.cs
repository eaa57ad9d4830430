// Whole numbers as C's strtol with base 0 reads them: white space in front, a sign, 0x for hexadecimal, 0 for octal.
namespace FastMqtt.Configuration;

internal static class Numbers
{
    /// <summary>False: not a number to the last character, or beyond 64 bits.</summary>
    public static bool TryRead(string text, out long value)
    {
        ReadOnlySpan<char> digits = text.AsSpan().TrimStart("\t\v\f\r\n ");
        bool isNegative = digits.StartsWith("-");
        if (isNegative || digits.StartsWith("+"))
        {
            digits = digits[1..];
        }

        int radix = 10;
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            radix = 16;
            digits = digits[2..];
        }
        else if (digits.Length > 1 && digits[0] == '0')
        {
            radix = 8;
        }

        value = 0;
        foreach (char character in digits)
        {
            int digit = char.IsAsciiHexDigit(character) ? Convert.ToInt32(character.ToString(), 16) : radix;
            if (digit >= radix || value > (long.MaxValue - digit) / radix)
            {
                return false;
            }

            value = (value * radix) + digit;
        }

        value = isNegative ? -value : value;
        return digits.Length > 0;
    }
}
