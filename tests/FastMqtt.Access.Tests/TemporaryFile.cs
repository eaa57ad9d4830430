// A file in a folder of its own, gone when the test is over. Rewriting gives it another stamp whatever the clock says.

namespace FastMqtt.Access.Tests;

internal sealed class TemporaryFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fastmqtt-access-");

    public TemporaryFile(string content = "") => Write(content);

    public string Folder => _folder.FullName;

    public string Path => System.IO.Path.Combine(_folder.FullName, "file");

    // By renaming, as good tools do: another inode each time.
    public void Write(string content)
    {
        string next = Path + ".next";
        File.WriteAllText(next, content);
        File.Move(next, Path, overwrite: true);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
