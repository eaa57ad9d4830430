// What makes a token good besides its signature: RFC 7515 section 4.1.11, RFC 7519 section 4.1. Pure functions.

using System.Text.Json;

namespace FastMqtt.Access;

internal static class JwtChecks
{
    // Null: the token is good. Otherwise why not, for the log; clients are not told.
    public static string? FindProblem(Jwt token, JwtOptions options, DateTimeOffset now, bool isVerified)
    {
        if (!isVerified)
        {
            return "no key verifies its signature";
        }

        if (token.Header.TryGetProperty("crit", out _))
        {
            return "it demands an extension";
        }

        return FindTimeProblem(token.Claims, options, now) ?? FindNameProblem(token.Claims, options);
    }

    // When the client has to go: the leeway belongs to it as well.
    public static DateTimeOffset? ExpiryOf(Jwt token, JwtOptions options) =>
        TryTime(token.Claims, "exp", out DateTimeOffset? expiry) && expiry is DateTimeOffset at
            ? at + options.Leeway
            : null;

    private static string? FindTimeProblem(JsonElement claims, JwtOptions options, DateTimeOffset now)
    {
        if (!TryTime(claims, "exp", out DateTimeOffset? expiry)
            || !TryTime(claims, "nbf", out DateTimeOffset? notBefore)
            || !TryTime(claims, "iat", out DateTimeOffset? issued))
        {
            return "one of its times is not a time";
        }

        if (expiry is null && options.RequiresExpiry)
        {
            return "it never expires";
        }

        if (expiry is not null && now >= expiry + options.Leeway)
        {
            return "it has expired";
        }

        if (notBefore is not null && now < notBefore - options.Leeway)
        {
            return "it is not valid yet";
        }

        return issued is not null && now < issued - options.Leeway ? "it was issued in the future" : null;
    }

    private static string? FindNameProblem(JsonElement claims, JwtOptions options)
    {
        if (options.Issuer is not null && Jwt.Text(claims, "iss") != options.Issuer)
        {
            return "it is of another issuer";
        }

        if (options.Audience is not null && !IsFor(claims, options.Audience))
        {
            return "it is for another audience";
        }

        if (string.IsNullOrEmpty(Jwt.Text(claims, options.UserNameClaim)))
        {
            return "it names no user";
        }

        return TokenRules.AreValid(claims) ? null : "its topic filters are not lists of valid filters";
    }

    private static bool IsFor(JsonElement claims, string audience)
    {
        if (!claims.TryGetProperty("aud", out JsonElement value))
        {
            return false;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            return value.ValueKind == JsonValueKind.String && value.GetString() == audience;
        }

        foreach (JsonElement one in value.EnumerateArray())
        {
            if (one.ValueKind == JsonValueKind.String && one.GetString() == audience)
            {
                return true;
            }
        }

        return false;
    }

    // True with null: it does not say. False: it says something that is not a time.
    private static bool TryTime(JsonElement claims, string name, out DateTimeOffset? time)
    {
        time = null;
        if (!claims.TryGetProperty(name, out JsonElement value))
        {
            return true;
        }

        // Seconds since 1970, with or without a fraction; the bound is the year 9999 less a leeway.
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double seconds)
            || !(seconds is >= 0 and <= 253_402_000_000))
        {
            return false;
        }

        time = DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(seconds);
        return true;
    }
}
