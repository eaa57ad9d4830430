// Puts a file with secrets in the place of another, whole: written beside it, made durable, then renamed. A new file
// is its owner's alone; one that was there keeps its owner, and its mode as far as strangers have no part in it.

using System.Runtime.Versioning;
using System.Security.Cryptography;
using FastMqtt.Transport;

namespace FastMqtt.Access;

internal static class FileReplacement
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Strangers =
        UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("owners and modes of files are those of Linux here");
        }

        try
        {
            // The file behind a link is replaced, and the link stays.
            var file = new FileInfo(path);
            string target = file.LinkTarget is null
                ? file.FullName
                : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
            string next = $"{target}.new-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}";
            try
            {
                WriteBeside(next, content);
                Adopt(target, next);
                File.Move(next, target, overwrite: true);
            }
            catch
            {
                File.Delete(next);
                throw;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AccessFileException($"{path}: cannot be written: {exception.Message}", exception);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static void WriteBeside(string next, ReadOnlySpan<byte> content)
    {
        using var file = new FileStream(next, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
        });
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    [UnsupportedOSPlatform("windows")]
    private static void Adopt(string target, string next)
    {
        if (!FileStatus.TryRead(target, out FileStatus old) || !FileStatus.TryRead(next, out FileStatus ours))
        {
            return;
        }

        bool isOthers = old.User != ours.User || old.Group != ours.Group;
        if (isOthers && !FileStatus.TryChangeOwner(next, old.User, old.Group))
        {
            throw new UnauthorizedAccessException("its owner could not be kept");
        }

        File.SetUnixFileMode(next, (File.GetUnixFileMode(target) | OwnerOnly) & ~Strangers);
    }
}
