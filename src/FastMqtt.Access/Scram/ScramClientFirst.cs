// The first message of a SCRAM client: `n,[a=authzid],n=name,r=nonce[,...]`. RFC 5802, section 7.

namespace FastMqtt.Access;

/// <param name="Header">The part that says there is no channel binding, as it was sent.</param>
/// <param name="Bare">What follows the header, as it was sent.</param>
/// <param name="AuthorizationName">Whom to act as; empty: not said.</param>
/// <param name="UserName">The user.</param>
/// <param name="Nonce">The client's nonce.</param>
internal readonly record struct ScramClientFirst(
    string Header, string Bare, string AuthorizationName, string UserName, string Nonce)
{
    public static bool TryParse(string message, out ScramClientFirst first)
    {
        first = default;
        int flagEnd = message.IndexOf(',', StringComparison.Ordinal);
        int headerEnd = flagEnd < 0 ? -1 : message.IndexOf(',', flagEnd + 1);
        if (headerEnd < 0 || message[..flagEnd] is not ("n" or "y"))
        {
            return false;
        }

        string authorization = message[(flagEnd + 1)..headerEnd];
        string authorizationName = string.Empty;
        if (authorization.Length > 0
            && (!TryAttribute(authorization, 'a', out string escaped) || !TryName(escaped, out authorizationName)))
        {
            return false;
        }

        string bare = message[(headerEnd + 1)..];
        string[] attributes = bare.Split(',');
        if (attributes.Length < 2
            || !TryAttribute(attributes[0], 'n', out string escapedName) // m= is an extension that must be known
            || !TryName(escapedName, out string userName)
            || !TryAttribute(attributes[1], 'r', out string nonce)
            || !IsPrintable(nonce))
        {
            return false;
        }

        first = new ScramClientFirst(message[..(headerEnd + 1)], bare, authorizationName, userName, nonce);
        return true;
    }

    private static bool TryAttribute(string text, char name, out string value)
    {
        bool isNamed = text.Length > 2 && text[0] == name && text[1] == '=';
        value = isNamed ? text[2..] : string.Empty;
        return isNamed;
    }

    // A comma is written =2C and an equals sign =3D; any other use of = is an error.
    private static bool TryName(string escaped, out string name)
    {
        name = escaped.Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
        string rest = escaped.Replace("=2C", string.Empty, StringComparison.Ordinal)
            .Replace("=3D", string.Empty, StringComparison.Ordinal);
        return !rest.Contains('=', StringComparison.Ordinal);
    }

    private static bool IsPrintable(string nonce)
    {
        foreach (char c in nonce)
        {
            if (c is < '!' or > '~')
            {
                return false;
            }
        }

        return true;
    }
}
