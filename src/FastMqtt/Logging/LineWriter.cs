// Writes into characters that somebody else owns, and remembers when they were not enough, so that who writes a line
// asks once at its end. A struct of its own for JSON's escapes, which must never let text out of its quotes.
using System.Globalization;

namespace FastMqtt.Logging;

internal ref struct LineWriter(Span<char> destination)
{
    private const string Hexadecimal = "0123456789abcdef";

    private readonly Span<char> _destination = destination;

    public int Length { get; private set; }

    public readonly int Capacity => _destination.Length;

    /// <summary>Something did not fit; what is written is of no use.</summary>
    public bool IsOverflown { get; private set; }

    /// <summary>Room for text that a caller formats itself; <see cref="Advance"/> must follow.</summary>
    public readonly Span<char> Rest => _destination[Length..];

    /// <summary>Where the second half of the room begins: for text that is then escaped into the first.</summary>
    public readonly int ScratchStart => Length + (Rest.Length / 2);

    public readonly Span<char> Scratch => _destination[ScratchStart..];

    public void Advance(int count) => Length += count;

    public void Overflow() => IsOverflown = true;

    public void Append(char character)
    {
        if (Length == _destination.Length)
        {
            IsOverflown = true;
            return;
        }

        _destination[Length++] = character;
    }

    public void Append(scoped ReadOnlySpan<char> text)
    {
        if (!text.TryCopyTo(Rest))
        {
            IsOverflown = true;
            return;
        }

        Length += text.Length;
    }

    public void Append(int number, int digits, char filler = '0')
    {
        Span<char> text = stackalloc char[11];
        number.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
        for (int i = length; i < digits; i++)
        {
            Append(filler);
        }

        Append(text[..length]);
    }

    /// <summary>The inside of a JSON string.</summary>
    public void AppendEscaped(scoped ReadOnlySpan<char> text) => AppendEscaped(text, _destination.Length);

    /// <summary>
    /// The same for text that lies in what was <see cref="Scratch"/>: it overflows at the limit rather than be
    /// overwritten while it is read.
    /// </summary>
    public void AppendEscaped(scoped ReadOnlySpan<char> text, int limit)
    {
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            bool isPair = char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            int most = isPair ? 2 : 6;
            if (Length + most > limit)
            {
                IsOverflown = true;
                return;
            }

            if (isPair)
            {
                _destination[Length++] = c;
                _destination[Length++] = text[++i];
                continue;
            }

            AppendEscaped(c);
        }
    }

    private void AppendEscaped(char c)
    {
        if (c is '"' or '\\')
        {
            Append('\\');
            Append(c);
        }
        else if (char.IsControl(c) || c is '\u2028' or '\u2029' || char.IsSurrogate(c))
        {
            Append("\\u");
            int code = char.IsSurrogate(c) ? '\uFFFD' : c;
            for (int shift = 12; shift >= 0; shift -= 4)
            {
                Append(Hexadecimal[(code >> shift) & 15]);
            }
        }
        else
        {
            Append(c);
        }
    }
}
