// From a configured listener to ListenerOptions: one for each address it is bound to. Resolves no names: the broker
// does when it binds.
using System.Net;
using FastMqtt.Broker;
using FastMqtt.Broker.Access;
using FastMqtt.Protocol;
using FastMqtt.Transport;
using FastMqtt.Transport.Tls;
using FastMqtt.WebSockets;

namespace FastMqtt.Configuration;

internal static class ListenerMapping
{
    public static void Map(
        Settings settings,
        ListenerSection listener,
        AccessFactory access,
        IList<ListenerOptions> sockets,
        List<WebSocketListenerOptions> webSockets)
    {
        string protocol = listener.Settings.Text("protocol") ?? "mqtt";
        if (protocol == "http_api")
        {
            return; // a notice has said that it is left out
        }

        ListenerAccess granted = access.Create(settings.SecurityOf(listener), listener, settings.Problems);
        foreach ((IPEndPoint? endPoint, string? hostName) in AddressesOf(listener))
        {
            ListenerOptions options = Options(settings, listener, granted, endPoint, hostName);
            if (protocol == "websockets")
            {
                webSockets.Add(new WebSocketListenerOptions(options)
                {
                    Origins = listener.Settings.Texts("websockets_origin"),
                    TrustedProxies = Networks(listener.Settings.Text("trusted_proxies")),
                });
            }
            else
            {
                sockets.Add(options);
            }
        }
    }

    private static ListenerOptions Options(
        Settings settings, ListenerSection listener, ListenerAccess granted, IPEndPoint? endPoint, string? hostName)
    {
        SettingTable own = listener.Settings;
        SettingTable security = settings.SecurityOf(listener);
        return new ListenerOptions
        {
            EndPoint = endPoint,
            HostName = hostName,
            UnixSocketPath = listener.IsUnix ? listener.Host : null,
            BindInterface = own.Text("bind_interface"),
            Tls = TlsOf(own, security),
            ProxyProtocol = own.Number("enable_proxy_protocol") is not null,
            ProxyRequiresTls = own.Flag("proxy_protocol_v2_require_tls") ?? false,
            ProxyRequiresCertificate = own.Number("enable_proxy_protocol") is not null
                && own.Flag("require_certificate") == true,
            TrustedProxies = Networks(own.Text("trusted_proxies")).ConvertAll(static network => network.ToString()),
            AcceptVersions = Versions(own.Text("accept_protocol_versions")),
            AllowAnonymous = own.Flag("listener_allow_anonymous")
                ?? security.Flag("allow_anonymous") ?? listener.IsOpenByDefault,
            Authenticator = granted.Authenticator,
            EnhancedAuthenticators = granted.EnhancedAuthenticators,
            AccessRules = granted.Rules,
            CertificateUserName = own.Flag("use_identity_as_username") == true ? CertificateUserName.Identity
                : own.Flag("use_subject_as_username") == true ? CertificateUserName.Subject
                : CertificateUserName.None,
            UseUserNameAsClientId = own.Flag("use_username_as_clientid") ?? false,
            AllowZeroLengthClientId = security.Flag("allow_zero_length_clientid") ?? true,
            AutoIdPrefix = own.Text("listener_auto_id_prefix")
                ?? security.Text("auto_id_prefix") ?? OptionCatalogue.Get("auto_id_prefix").Default,
            ClientIdPrefix = settings.Global.Text("clientid_prefixes"),
            MaximumConnections = (int?)own.Number("max_connections") ?? -1,
            MaximumConnectionsPerAddress = (int?)own.Number("max_connections_per_address") ?? 0,
            ConnectRatePerAddress = (int?)own.Number("connect_rate_per_address") ?? 0,
            MountPoint = own.Text("mount_point"),
            MaximumQoS = (QualityOfService)(own.Number("max_qos") ?? 2),
            TopicAliasMaximum = (ushort?)own.Number("max_topic_alias"),
            TopicAliasMaximumToClient = (int?)own.Number("max_topic_alias_broker"),
        };
    }

    private static List<(IPEndPoint? EndPoint, string? HostName)> AddressesOf(ListenerSection listener)
    {
        if (listener.IsUnix)
        {
            return [(null, null)];
        }

        if (listener.Kind == ListenerKind.Loopback)
        {
            var first = new IPEndPoint(IPAddress.Loopback, listener.Port);
            var second = new IPEndPoint(IPAddress.IPv6Loopback, listener.Port);

            // With port 0 the two addresses would get two ports, and nobody could tell which is meant.
            return listener.Port != 0 && IsLoopbackV6Usable()
                ? [(first, null), (second, null)]
                : [(first, null)];
        }

        if (listener.Host is not null && HostAddress.TryParseNumeric(listener.Host, out IPAddress? address))
        {
            return [(new IPEndPoint(address, listener.Port), null)];
        }

        // The address of IPv6 that means all stands for IPv4 too; without IPv6 the broker takes that of IPv4.
        IPAddress any = listener.Settings.Text("socket_domain") == "ipv4" ? IPAddress.Any : IPAddress.IPv6Any;
        return [(new IPEndPoint(any, listener.Port), listener.Host)];
    }

    // Containers often have IPv6 in the kernel and no ::1 on the interface: only a bind tells.
    private static bool IsLoopbackV6Usable()
    {
        try
        {
            // Not System.Net.Sockets.Socket: the first one starts a thread that nothing else here needs.
            ListenSocket.Close(ListenSocket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0), backlog: 1, out _));
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private static TlsOptions? TlsOf(SettingTable own, SettingTable security)
    {
        string? certificate = own.Text("certfile");
        string? key = own.Text("keyfile");
        string? hint = own.Text("psk_hint");
        if (hint is null && (certificate is null || key is null))
        {
            return null; // half a pair is a problem that the checks report
        }

        var tls = new TlsOptions
        {
            CaFile = own.Text("cafile"),
            CaPath = own.Text("capath"),
            CrlFile = own.Text("crlfile"),
            RequireCertificate = own.Flag("require_certificate") ?? false,
            Ciphers = own.Text("ciphers"),
            CipherSuites = own.Text("ciphers_tls1.3"),
            DhParameterFile = own.Text("dhparamfile"),
            MinimumVersion = own.Text("tls_version") == "tlsv1.3" ? TlsVersion.Tls13 : TlsVersion.Tls12,
            PskHint = hint,
            PskFile = hint is null ? null : security.Text("psk_file"),
        };
        if (certificate is not null && key is not null)
        {
            tls.Certificates.Add(new TlsCertificate(certificate, key));
        }

        string[] certificates = own.Texts("sni_certfile");
        string[] keys = own.Texts("sni_keyfile");
        for (int i = 0; i < certificates.Length && i < keys.Length; i++)
        {
            tls.Certificates.Add(new TlsCertificate(certificates[i], keys[i]));
        }

        return tls;
    }

    private static List<IPNetwork> Networks(string? text)
    {
        var networks = new List<IPNetwork>();
        foreach (string word in text?.Split(' ') ?? [])
        {
            if (IPNetwork.TryParse(word, out IPNetwork network))
            {
                networks.Add(network);
            }
            else if (IPAddress.TryParse(word, out IPAddress? address))
            {
                networks.Add(new IPNetwork(address, 8 * address.GetAddressBytes().Length));
            }
        }

        return networks;
    }

    private static ProtocolVersions Versions(string? text)
    {
        ProtocolVersions versions = text is null ? ProtocolVersions.All : ProtocolVersions.None;
        foreach (string word in text?.Split(' ') ?? [])
        {
            versions |= word switch
            {
                "3" => ProtocolVersions.Mqtt31,
                "4" => ProtocolVersions.Mqtt311,
                _ => ProtocolVersions.Mqtt5,
            };
        }

        return versions;
    }
}
