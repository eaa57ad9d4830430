// The file with the number of the process (pid_file). Written before root's rights are given up; removed at the end if
// it is still ours and may be removed.
using System.Globalization;

namespace FastMqtt.Hosting;

internal sealed class PidFile : IDisposable
{
    private readonly string _path;
    private readonly string _text = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n");

    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be written.</exception>
    public PidFile(string path)
    {
        _path = path;
        File.WriteAllText(path, _text);
    }

    public void Dispose()
    {
        try
        {
            if (File.Exists(_path) && File.ReadAllText(_path) == _text)
            {
                File.Delete(_path);
            }
        }
        catch (IOException)
        {
            // The next start writes it anew.
        }
        catch (UnauthorizedAccessException)
        {
            // The directory belongs to the root that we were.
        }
    }
}
