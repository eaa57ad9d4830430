// Finds SQLite once in a process: the provider that the host has set, for it may bring a SQLite of its own; else the
// one that is linked in, which no name is looked up for; else the system's library, by the names it has without
// development packages. Nothing of it runs in a broker that saves nothing.

using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace FastMqtt.Broker.Persistence;

internal static class SqliteLibrary
{
    /// <summary>What the P/Invokes of the provider name.</summary>
    private const string Name = "sqlite3";

    // Debian has the first without a -dev package. The last two come with SQLitePCLRaw.lib.e_sqlite3 and with Windows.
    private static readonly string[] Names =
        ["libsqlite3.so.0", "libsqlite3.so", "libsqlite3.dylib", Name, "e_sqlite3", "winsqlite3"];

    private static readonly Lazy<string?> Fault = new(Find);

    /// <exception cref="StoreException">There is none.</exception>
    public static void Load()
    {
        if (Fault.Value is { } fault)
        {
            throw new StoreException(fault);
        }
    }

    private static string? Find()
    {
        if (HasProvider())
        {
            return null;
        }

        try
        {
            NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_sqlite3).Assembly, Resolve);
        }
        catch (InvalidOperationException)
        {
            // The host resolves names itself.
        }

        try
        {
            raw.SetProvider(new SQLite3Provider_sqlite3());
            _ = raw.sqlite3_libversion_number();
            return null;
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException
            or BadImageFormatException)
        {
            return $"SQLite is not there (looked for {string.Join(", ", Names)}): install the system's library, or "
                + "reference the package SQLitePCLRaw.bundle_e_sqlite3 and call SQLitePCL.Batteries_V2.Init() first";
        }
    }

    private static bool HasProvider()
    {
#pragma warning disable CA1031 // It says in no other way that there is none.
        try
        {
            return raw.GetNativeLibraryName() is not null;
        }
        catch (Exception)
        {
            return false;
        }
#pragma warning restore CA1031
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? paths)
    {
        if (name == Name)
        {
            foreach (string candidate in Names)
            {
                if (NativeLibrary.TryLoad(candidate, assembly, paths, out nint library))
                {
                    return library;
                }
            }
        }

        return 0;
    }
}
