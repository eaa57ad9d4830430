// A certificate's subject as access control knows it: the Common Name alone, and the whole as RFC 2253 writes it, most
// special part first, as Mosquitto's use_subject_as_username does.

using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace FastMqtt.Transport.Tls;

internal static class DistinguishedName
{
    private const string CommonName = "2.5.4.3";

    public static PeerCertificate Read(X509Certificate2 certificate)
    {
        var subject = new StringBuilder();
        string? commonName = null;
        foreach (X500RelativeDistinguishedName part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (part.HasMultipleElements)
            {
                continue; // several names for one level: used by nobody, and without an order that could be relied on
            }

            Oid type = part.GetSingleElementType();
            string value = part.GetSingleElementValue() ?? string.Empty;
            if (type.Value == CommonName)
            {
                commonName ??= value;
            }

            if (subject.Length > 0)
            {
                subject.Append(',');
            }

            subject.Append(ShortName(type)).Append('=');
            AppendEscaped(subject, value);
        }

        return new PeerCertificate(commonName, subject.ToString());
    }

    // The names that OpenSSL writes; what has none is written as its number.
    private static string ShortName(Oid type) => type.Value switch
    {
        CommonName => "CN",
        "2.5.4.4" => "SN",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "street",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.12" => "title",
        "2.5.4.42" => "GN",
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.2.840.113549.1.9.1" => "emailAddress",
        _ => type.Value ?? string.Empty,
    };

    // RFC 2253, section 2.4. Bytes outside of ASCII as OpenSSL's flag for this form writes them.
    private static void AppendEscaped(StringBuilder text, string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        for (int i = 0; i < bytes.Length; i++)
        {
            char character = (char)bytes[i];
            bool isAtEdge = (i == 0 && character is (' ' or '#')) || (i == bytes.Length - 1 && character == ' ');
            if (character is < ' ' or > '~')
            {
                text.Append(CultureInfo.InvariantCulture, $"\\{bytes[i]:X2}");
            }
            else if (isAtEdge || character is ',' or '+' or '"' or '\\' or '<' or '>' or ';')
            {
                text.Append('\\').Append(character);
            }
            else
            {
                text.Append(character);
            }
        }
    }
}
