// From the settings about access to the objects that decide: password_file, acl_file, jwt_*, http_*. The one place that
// knows which classes these are. Fails closed: what is configured and cannot be had keeps the broker from starting.
namespace FastMqtt.Configuration;

internal sealed class AccessFactory
{
    private static readonly string[] NotAvailable =
        ["password_file", "acl_file", "jwt_hmac_key_file", "jwt_jwks_file", "http_auth_url", "http_acl_url"];

    /// <summary>What decides for one listener. Several may have the same settings, and then the same objects.</summary>
    public ListenerAccess Create(SettingTable security, ListenerSection listener, ICollection<Problem> problems)
    {
        foreach (string name in NotAvailable)
        {
            if (security.TryFind(name, out Setting? setting))
            {
                problems.Add(new(setting.Origin, $"{name} is not part of this build (listener {listener.Label})"));
            }
        }

        return ListenerAccess.Open;
    }
}
