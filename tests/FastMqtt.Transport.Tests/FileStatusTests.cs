// Whose a file is and which file a path leads to, against what the runtime and the file system say.

using System;
using System.IO;

namespace FastMqtt.Transport.Tests;

public sealed class FileStatusTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fastmqtt-status-");

    private string FilePath => Path.Combine(_folder.FullName, "file");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void missing_file_has_no_status() => Assert.False(FileStatus.TryRead(FilePath, out _));

    [Fact]
    public void size_and_time_are_the_files()
    {
        File.WriteAllText(FilePath, "twelve bytes");
        File.SetLastWriteTimeUtc(FilePath, DateTime.UnixEpoch.AddTicks(12_345_678_901));
        Assert.True(FileStatus.TryRead(FilePath, out FileStatus status));
        Assert.Equal(12UL, status.Size);
        Assert.Equal(1_234_567_890_100, status.ModifiedTicks);
        Assert.NotEqual(0UL, status.Node);
    }

    [Fact]
    public void what_the_runtime_tells_changes_with_content_and_link()
    {
        Assert.False(FileStatus.TryReadFromRuntime(FilePath, out _));
        File.WriteAllText(FilePath, "twelve bytes");
        string link = Path.Combine(_folder.FullName, "link");
        File.CreateSymbolicLink(link, FilePath);
        Assert.True(FileStatus.TryReadFromRuntime(link, out FileStatus first));
        Assert.Equal(12UL, first.Size);
        Assert.True(FileStatus.TryReadFromRuntime(FilePath, out FileStatus direct));
        Assert.Equal(first.ModifiedTicks, direct.ModifiedTicks);
        string other = Path.Combine(_folder.FullName, "other");
        File.WriteAllText(other, "other");
        File.Delete(link);
        File.CreateSymbolicLink(link, other);
        Assert.True(FileStatus.TryReadFromRuntime(link, out FileStatus second));
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void status_changes_with_content_replacement_and_link_only()
    {
        File.WriteAllText(FilePath, "a");
        FileStatus first = Read(FilePath);
        Assert.Equal(first, Read(FilePath));

        File.WriteAllText(FilePath, "ab");
        FileStatus second = Read(FilePath);
        Assert.NotEqual(first, second);
        Assert.Equal(first.Node, second.Node);

        File.WriteAllText(FilePath + "2", "ab");
        FileStatus other = Read(FilePath + "2");
        Assert.NotEqual(second.Node, other.Node);
        File.CreateSymbolicLink(FilePath + "-link", FilePath);
        Assert.Equal(second, Read(FilePath + "-link"));
        File.Move(FilePath + "2", FilePath, overwrite: true);
        Assert.Equal(other.Node, Read(FilePath + "-link").Node);
    }

    [Fact]
    public void giving_a_file_to_its_owner_is_permitted_and_a_missing_one_not()
    {
        File.WriteAllText(FilePath, "a");
        FileStatus status = Read(FilePath);
        Assert.True(FileStatus.TryChangeOwner(FilePath, status.User, status.Group));
        Assert.Equal(status.User, Read(FilePath).User);
        Assert.False(FileStatus.TryChangeOwner(FilePath + "-missing", status.User, status.Group));
    }

    [Fact]
    public void files_can_be_made_in_a_directory_only()
    {
        File.WriteAllText(FilePath, "a");
        Assert.True(FileStatus.MayMakeFilesIn(_folder.FullName));
        Assert.False(FileStatus.MayMakeFilesIn(FilePath));
        Assert.False(FileStatus.MayMakeFilesIn(FilePath + "-missing"));
    }

    private static FileStatus Read(string path)
    {
        Assert.True(FileStatus.TryRead(path, out FileStatus status));
        return status;
    }
}
