// The functions of libcrypto that TLS here is made of: streams of bytes (BIO), certificates, stores, errors. Signatures
// are blittable. Linked and loaded like libssl; see LibSsl. Called by the types of this folder.

using System.Runtime.InteropServices;

namespace FastMqtt.Transport.Tls;

internal static unsafe partial class LibCrypto
{
    public const string Name = "libcrypto.so.3";

    public const int BioSourceSink = 0x400;          // BIO_TYPE_SOURCE_SINK
    public const int BioAllFlags = 0xF;              // BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY
    public const int BioRetryRead = 0x9;             // BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY
    public const int BioRetryWrite = 0xA;            // BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY
    public const int BioControlEnd = 2;              // BIO_CTRL_EOF
    public const int BioControlInfo = 3;             // BIO_CTRL_INFO: address of a memory BIO's bytes
    public const int BioControlFlush = 11;           // BIO_CTRL_FLUSH

    public const int CommonName = 13;                // NID_commonName
    public const ulong NameRfc2253 = 0x0111_0317;    // XN_FLAG_RFC2253
    public const ulong VerifyRevocation = 0x4;       // X509_V_FLAG_CRL_CHECK
    public const int FileTypePem = 1;

    [LibraryImport(Name, EntryPoint = "ERR_clear_error")]
    public static partial void ClearErrors();

    [LibraryImport(Name, EntryPoint = "ERR_peek_error")]
    [SuppressGCTransition]
    public static partial ulong PeekError();

    [LibraryImport(Name, EntryPoint = "ERR_error_string_n")]
    public static partial void WriteErrorText(ulong error, byte* buffer, nuint size);

    [LibraryImport(Name, EntryPoint = "ERR_reason_error_string")]
    public static partial byte* GetReason(ulong error);

    [LibraryImport(Name, EntryPoint = "BIO_meth_new")]
    public static partial nint NewMethod(int type, byte* name);

    [LibraryImport(Name, EntryPoint = "BIO_meth_set_read_ex")]
    public static partial int SetMethodRead(nint method, void* callback);

    [LibraryImport(Name, EntryPoint = "BIO_meth_set_write_ex")]
    public static partial int SetMethodWrite(nint method, void* callback);

    [LibraryImport(Name, EntryPoint = "BIO_meth_set_ctrl")]
    public static partial int SetMethodControl(nint method, void* callback);

    [LibraryImport(Name, EntryPoint = "BIO_new")]
    public static partial nint NewBio(nint method);

    [LibraryImport(Name, EntryPoint = "BIO_up_ref")]
    public static partial int AddBioReference(nint bio);

    [LibraryImport(Name, EntryPoint = "BIO_free")]
    public static partial int FreeBio(nint bio);

    [LibraryImport(Name, EntryPoint = "BIO_set_init")]
    public static partial void SetBioReady(nint bio, int ready);

    // The next two only write a field: the transition would take longer than they do.
    [LibraryImport(Name, EntryPoint = "BIO_set_flags")]
    [SuppressGCTransition]
    public static partial void SetBioFlags(nint bio, int flags);

    [LibraryImport(Name, EntryPoint = "BIO_clear_flags")]
    [SuppressGCTransition]
    public static partial void ClearBioFlags(nint bio, int flags);

    [LibraryImport(Name, EntryPoint = "BIO_ctrl")]
    public static partial nint ControlBio(nint bio, int command, nint number, void* pointer);

    [LibraryImport(Name, EntryPoint = "BIO_s_mem")]
    public static partial nint MemoryMethod();

    [LibraryImport(Name, EntryPoint = "BIO_new_file")]
    public static partial nint OpenFile(byte* path, byte* mode);

    [LibraryImport(Name, EntryPoint = "PEM_read_bio_Parameters")]
    public static partial nint ReadParameters(nint bio, nint* key);

    [LibraryImport(Name, EntryPoint = "EVP_PKEY_free")]
    public static partial void FreeKey(nint key);

    [LibraryImport(Name, EntryPoint = "OPENSSL_sk_new_null")]
    public static partial nint NewStack();

    [LibraryImport(Name, EntryPoint = "OPENSSL_sk_push")]
    public static partial int Push(nint stack, nint item);

    [LibraryImport(Name, EntryPoint = "OPENSSL_sk_free")]
    public static partial void FreeStack(nint stack);

    [LibraryImport(Name, EntryPoint = "X509_STORE_new")]
    public static partial nint NewStore();

    [LibraryImport(Name, EntryPoint = "X509_STORE_free")]
    public static partial void FreeStore(nint store);

    [LibraryImport(Name, EntryPoint = "X509_STORE_load_file")]
    public static partial int LoadFile(nint store, byte* path);

    [LibraryImport(Name, EntryPoint = "X509_STORE_load_path")]
    public static partial int LoadPath(nint store, byte* path);

    [LibraryImport(Name, EntryPoint = "X509_STORE_add_lookup")]
    public static partial nint AddLookup(nint store, nint method);

    [LibraryImport(Name, EntryPoint = "X509_LOOKUP_file")]
    public static partial nint FileLookup();

    [LibraryImport(Name, EntryPoint = "X509_load_crl_file")]
    public static partial int LoadRevocations(nint lookup, byte* path, int type);

    [LibraryImport(Name, EntryPoint = "X509_STORE_set_flags")]
    public static partial int SetStoreFlags(nint store, ulong flags);

    [LibraryImport(Name, EntryPoint = "X509_VERIFY_PARAM_set1_ip_asc")]
    public static partial int SetExpectedAddress(nint parameters, byte* address);

    [LibraryImport(Name, EntryPoint = "X509_STORE_CTX_new")]
    public static partial nint NewVerification();

    [LibraryImport(Name, EntryPoint = "X509_STORE_CTX_free")]
    public static partial void FreeVerification(nint verification);

    [LibraryImport(Name, EntryPoint = "X509_STORE_CTX_init")]
    public static partial int BeginVerification(nint verification, nint store, nint certificate, nint chain);

    [LibraryImport(Name, EntryPoint = "X509_STORE_CTX_set_default")]
    public static partial int SetPurpose(nint verification, byte* name);

    [LibraryImport(Name, EntryPoint = "X509_verify_cert")]
    public static partial int Verify(nint verification);

    [LibraryImport(Name, EntryPoint = "X509_STORE_CTX_get_error")]
    public static partial int GetVerifyError(nint verification);

    [LibraryImport(Name, EntryPoint = "X509_verify_cert_error_string")]
    public static partial byte* GetVerifyText(nint error);

    [LibraryImport(Name, EntryPoint = "d2i_X509")]
    public static partial nint DecodeCertificate(nint* certificate, byte** bytes, nint length);

    [LibraryImport(Name, EntryPoint = "X509_free")]
    public static partial void FreeCertificate(nint certificate);

    [LibraryImport(Name, EntryPoint = "X509_check_host")]
    public static partial int CheckHost(nint certificate, byte* name, nuint length, uint flags, byte** peerName);

    [LibraryImport(Name, EntryPoint = "X509_get_subject_name")]
    public static partial nint GetSubject(nint certificate);

    [LibraryImport(Name, EntryPoint = "X509_get0_notAfter")]
    public static partial nint GetNotAfter(nint certificate);

    [LibraryImport(Name, EntryPoint = "ASN1_TIME_to_tm")]
    public static partial int ReadTime(nint time, int* calendar);

    [LibraryImport(Name, EntryPoint = "X509_NAME_get_index_by_NID")]
    public static partial int FindInName(nint name, int kind, int after);

    [LibraryImport(Name, EntryPoint = "X509_NAME_get_entry")]
    public static partial nint GetNameEntry(nint name, int index);

    [LibraryImport(Name, EntryPoint = "X509_NAME_ENTRY_get_data")]
    public static partial nint GetEntryText(nint entry);

    [LibraryImport(Name, EntryPoint = "ASN1_STRING_to_UTF8")]
    public static partial int ToUtf8(byte** bytes, nint text);

    [LibraryImport(Name, EntryPoint = "CRYPTO_free")]
    public static partial void Free(void* pointer, byte* file, int line);

    [LibraryImport(Name, EntryPoint = "X509_NAME_print_ex")]
    public static partial int PrintName(nint bio, nint name, int indent, ulong flags);
}
