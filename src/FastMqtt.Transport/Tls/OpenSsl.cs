// Finds OpenSSL 3 where a process is not linked with it and the system does not call it by the name on Linux. Asked
// before the first call of whoever sets TLS up, so that a missing library is an error of the listener that needs it.

using System;
using System.Collections.Generic;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Threading;

namespace FastMqtt.Transport.Tls;

internal static class OpenSsl
{
    private static int _isResolving;

    /// <exception cref="TlsException">There is no OpenSSL 3.</exception>
    public static void Require()
    {
        // A process that was compiled ahead of time and linked with it never asks the resolver.
        if (!OperatingSystem.IsLinux() && Interlocked.Exchange(ref _isResolving, 1) == 0)
        {
            NativeLibrary.SetDllImportResolver(typeof(OpenSsl).Assembly, Resolve);
        }

        try
        {
            LibCrypto.ClearErrors();
            _ = LibSsl.ServerMethod();
        }
        catch (DllNotFoundException missing)
        {
            throw new TlsException(
                $"TLS needs OpenSSL 3, and {string.Join(" or ", NamesHere(LibSsl.Name))} cannot be loaded", missing);
        }
    }

    /// <summary>What a library that is called libssl.so.3 or libcrypto.so.3 on Linux may be called.</summary>
    internal static IReadOnlyList<string> Names(string library, OSPlatform system, Architecture processor)
    {
        string stem = library[..library.IndexOf('.', StringComparison.Ordinal)];
        if (system == OSPlatform.Windows)
        {
            return [processor == Architecture.Arm64 ? $"{stem}-3-arm64.dll" : $"{stem}-3-x64.dll", $"{stem}-3.dll"];
        }

        // Homebrew links nothing of OpenSSL into a folder that is searched.
        return system == OSPlatform.OSX
            ?
            [
                $"{stem}.3.dylib",
                $"/opt/homebrew/opt/openssl@3/lib/{stem}.3.dylib",
                $"/usr/local/opt/openssl@3/lib/{stem}.3.dylib",
            ]
            : [library];
    }

    private static IReadOnlyList<string> NamesHere(string library)
    {
        OSPlatform system = OperatingSystem.IsWindows() ? OSPlatform.Windows
            : OperatingSystem.IsMacOS() ? OSPlatform.OSX
            : OSPlatform.Linux;
        return Names(library, system, RuntimeInformation.ProcessArchitecture);
    }

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? path)
    {
        if (library is LibSsl.Name or LibCrypto.Name)
        {
            foreach (string name in NamesHere(library))
            {
                if (NativeLibrary.TryLoad(name, assembly, path, out nint handle))
                {
                    return handle;
                }
            }
        }

        return 0; // as if there were no resolver
    }
}
