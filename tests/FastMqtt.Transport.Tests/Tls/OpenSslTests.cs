// What OpenSSL is called elsewhere. Here it is there, under the name of Linux.

using System.Runtime.InteropServices;
using FastMqtt.Transport.Tls;

namespace FastMqtt.Transport.Tests.Tls;

public sealed class OpenSslTests
{
    [Fact]
    public void It_is_found_here() => OpenSsl.Require();

    [Fact]
    public void Each_system_has_names_of_its_own()
    {
        Assert.Equal(["libssl.so.3"], OpenSsl.Names(LibSsl.Name, OSPlatform.Linux, Architecture.X64));
        Assert.Equal(
            ["libcrypto-3-x64.dll", "libcrypto-3.dll"],
            OpenSsl.Names(LibCrypto.Name, OSPlatform.Windows, Architecture.X64));
        Assert.Equal("libssl-3-arm64.dll", OpenSsl.Names(LibSsl.Name, OSPlatform.Windows, Architecture.Arm64)[0]);
        Assert.Equal("libssl.3.dylib", OpenSsl.Names(LibSsl.Name, OSPlatform.OSX, Architecture.Arm64)[0]);
    }
}
