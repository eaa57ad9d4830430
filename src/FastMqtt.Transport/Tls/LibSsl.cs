// The functions of libssl that TLS here is made of, and nothing else. Signatures are blittable. The published binary
// has OpenSSL inside and calls it directly; under the just-in-time compiler the system's libssl.so.3 is loaded at the
// first call (elsewhere than on Linux OpenSsl finds it). So a process without a TLS listener never initialises OpenSSL.
// Called by the types of this folder.

using System.Runtime.InteropServices;

namespace FastMqtt.Transport.Tls;

internal static unsafe partial class LibSsl
{
    public const string Name = "libssl.so.3";

    public const int VersionTls12 = 0x0303;
    public const int VersionTls13 = 0x0304;

    public const int ErrorSsl = 1;                   // SSL_ERROR_*
    public const int ErrorWantRead = 2;
    public const int ErrorWantWrite = 3;
    public const int ErrorZeroReturn = 6;

    public const int ControlMode = 33;               // SSL_CTRL_*
    public const int ControlReadAhead = 41;
    public const int ControlSessionCacheMode = 44;
    public const int ControlServerNameCallback = 53;
    public const int ControlServerName = 55;
    public const int ControlDhAuto = 118;
    public const int ControlMinimumVersion = 123;
    public const int ControlMaximumVersion = 124;

    public const int ModePartialWrite = 0x1;         // SSL_MODE_*
    public const int ModeMovingWriteBuffer = 0x2;
    public const int ModeReleaseBuffers = 0x10;

    public const ulong OptionIgnoreUnexpectedEnd = 1UL << 7;   // SSL_OP_*
    public const ulong OptionNoTicket = 1UL << 14;
    public const ulong OptionNoCompression = 1UL << 17;
    public const ulong OptionPrioritizeChaCha = 1UL << 21;
    public const ulong OptionServerPreference = 1UL << 22;
    public const ulong OptionNoRenegotiation = 1UL << 30;

    public const int VerifyNone = 0;
    public const int VerifyPeer = 1;
    public const int VerifyFailIfNoPeer = 2;
    public const int FileTypePem = 1;
    public const int CallbackOk = 0;                 // SSL_TLSEXT_ERR_*
    public const int CallbackIgnored = 3;

    [LibraryImport(Name, EntryPoint = "TLS_server_method")]
    public static partial nint ServerMethod();

    [LibraryImport(Name, EntryPoint = "TLS_client_method")]
    public static partial nint ClientMethod();

    [LibraryImport(Name, EntryPoint = "SSL_CTX_new")]
    public static partial nint NewContext(nint method);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_free")]
    public static partial void FreeContext(nint context);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_ctrl")]
    public static partial nint ControlContext(nint context, int command, nint number, void* pointer);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_callback_ctrl")]
    public static partial nint SetContextCallback(nint context, int command, void* callback);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_options")]
    public static partial ulong SetContextOptions(nint context, ulong options);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_num_tickets")]
    public static partial int SetTicketCount(nint context, nuint count);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_session_id_context")]
    public static partial int SetSessionIdContext(nint context, byte* bytes, uint length);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_cipher_list")]
    public static partial int SetCipherList(nint context, byte* ciphers);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_ciphersuites")]
    public static partial int SetCipherSuites(nint context, byte* suites);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_use_certificate_chain_file")]
    public static partial int UseCertificateChainFile(nint context, byte* path);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_use_PrivateKey_file")]
    public static partial int UsePrivateKeyFile(nint context, byte* path, int type);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_default_passwd_cb")]
    public static partial void SetPassPhraseCallback(nint context, void* callback);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_get0_certificate")]
    public static partial nint GetContextCertificate(nint context);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set0_tmp_dh_pkey")]
    public static partial int SetDhParameters(nint context, nint key);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set1_cert_store")]
    public static partial void SetStore(nint context, nint store);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_verify")]
    public static partial void SetVerify(nint context, int mode, void* callback);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_client_CA_list")]
    public static partial void SetClientAuthorities(nint context, nint names);

    [LibraryImport(Name, EntryPoint = "SSL_add_file_cert_subjects_to_stack")]
    public static partial int AddSubjectsOfFile(nint names, byte* path);

    [LibraryImport(Name, EntryPoint = "SSL_add_dir_cert_subjects_to_stack")]
    public static partial int AddSubjectsOfDirectory(nint names, byte* path);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_alpn_select_cb")]
    public static partial void SetAlpnCallback(nint context, void* callback, void* argument);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_alpn_protos")]
    public static partial int SetAlpnProtocols(nint context, byte* protocols, uint length);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_psk_server_callback")]
    public static partial void SetPskServerCallback(nint context, void* callback);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_set_psk_client_callback")]
    public static partial void SetPskClientCallback(nint context, void* callback);

    [LibraryImport(Name, EntryPoint = "SSL_CTX_use_psk_identity_hint")]
    public static partial int UsePskHint(nint context, byte* hint);

    [LibraryImport(Name, EntryPoint = "SSL_new")]
    public static partial nint New(nint context);

    [LibraryImport(Name, EntryPoint = "SSL_free")]
    public static partial void Free(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_ctrl")]
    public static partial nint Control(nint ssl, int command, nint number, void* pointer);

    [LibraryImport(Name, EntryPoint = "SSL_set1_host")]
    public static partial int SetExpectedHost(nint ssl, byte* name);

    [LibraryImport(Name, EntryPoint = "SSL_get0_param")]
    public static partial nint GetVerifyParameters(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_set_SSL_CTX")]
    public static partial nint SetContext(nint ssl, nint context);

    [LibraryImport(Name, EntryPoint = "SSL_set0_rbio")]
    public static partial void SetReadBio(nint ssl, nint bio);

    [LibraryImport(Name, EntryPoint = "SSL_set0_wbio")]
    public static partial void SetWriteBio(nint ssl, nint bio);

    [LibraryImport(Name, EntryPoint = "SSL_set_accept_state")]
    public static partial void SetAcceptState(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_set_connect_state")]
    public static partial void SetConnectState(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_do_handshake")]
    public static partial int DoHandshake(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_read_ex")]
    public static partial int Read(nint ssl, byte* buffer, nuint size, nuint* count);

    [LibraryImport(Name, EntryPoint = "SSL_write_ex")]
    public static partial int Write(nint ssl, byte* buffer, nuint size, nuint* count);

    // The next two only look at fields: the transition would take longer than they do.
    [LibraryImport(Name, EntryPoint = "SSL_get_error")]
    [SuppressGCTransition]
    public static partial int GetError(nint ssl, int result);

    [LibraryImport(Name, EntryPoint = "SSL_has_pending")]
    [SuppressGCTransition]
    public static partial int HasPending(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_shutdown")]
    public static partial int Shutdown(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_get_servername")]
    public static partial byte* GetServerName(nint ssl, int type);

    [LibraryImport(Name, EntryPoint = "SSL_get0_alpn_selected")]
    public static partial void GetAlpn(nint ssl, byte** protocol, uint* length);

    [LibraryImport(Name, EntryPoint = "SSL_version")]
    public static partial int GetVersion(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_get_current_cipher")]
    public static partial nint GetCipher(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_CIPHER_get_name")]
    public static partial byte* GetCipherName(nint cipher);

    [LibraryImport(Name, EntryPoint = "SSL_session_reused")]
    public static partial int IsSessionReused(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_get1_peer_certificate")]
    public static partial nint GetPeerCertificate(nint ssl);

    [LibraryImport(Name, EntryPoint = "SSL_get_verify_result")]
    public static partial nint GetVerifyResult(nint ssl);
}
