// Where lines go: files that are renamed, cut or full, syslog, topics; and that one that hangs holds up nobody.
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using FastMqtt.Logging;
using Microsoft.Extensions.Logging;
using Xunit;

namespace FastMqtt.Tests;

public sealed class LogDestinationTests : IDisposable
{
    private static readonly LogSettings Bare = LogSettings.Default with { Timestamp = false };

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("fastmqtt-");

    private string LogPath => Path.Combine(_directory.FullName, "a.log");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void file_is_opened_anew_after_it_was_renamed()
    {
        string renamed = LogPath + ".1";
        using (LineLoggerFactory loggers = To("file", LogPath))
        {
            ILogger logger = loggers.CreateLogger("any");
            Write(logger, "before");
            File.Move(LogPath, renamed);
            loggers.Reopen();
            using (var wait = new ManualResetEventSlim())
            {
                while (!File.Exists(LogPath)) // the log's own thread opens it
                {
                    wait.Wait(1, TestContext.Current.CancellationToken);
                }
            }

            Write(logger, "behind");
        }

        Assert.Equal("before\n", File.ReadAllText(renamed));
        Assert.Equal("behind\n", File.ReadAllText(LogPath));
    }

    [Fact]
    public void file_is_for_its_owner_and_group_and_keeps_what_it_has()
    {
        using (LineLoggerFactory loggers = To("file", LogPath))
        {
            Write(loggers.CreateLogger("any"), "first");
        }

        using (LineLoggerFactory loggers = To("file", LogPath))
        {
            Write(loggers.CreateLogger("any"), "Gerät");
        }

        Assert.Equal("first\nGerät\n", File.ReadAllText(LogPath));
        const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite;
        Assert.Equal(UnixFileMode.None, new FileInfo(LogPath).UnixFileMode & Others);
    }

    [Fact]
    public void file_that_was_cut_has_no_hole()
    {
        using var destination = new FileDestination(LogPath);
        destination.Append(LogTypes.Notice, "long line before");
        destination.Flush();
        File.WriteAllText(LogPath, string.Empty);
        destination.Append(LogTypes.Notice, "after");
        destination.Flush();
        Assert.Equal("after\n", File.ReadAllText(LogPath));
    }

    [Fact]
    public void long_lines_and_many_lines_arrive_whole()
    {
        string line = new('ü', 30_000);
        using (LineLoggerFactory loggers = To("file", LogPath))
        {
            ILogger logger = loggers.CreateLogger("any");
            for (int i = 0; i < 5; i++)
            {
                Write(logger, line);
            }
        }

        Assert.Equal(Enumerable.Repeat(line, 5), File.ReadAllLines(LogPath));
    }

    [Fact]
    public void full_disk_costs_lines_which_are_counted()
    {
        using var destination = new FailingDestination();
        using (var sink = new LogSink(destination, count => count.ToString("0 lost", CultureInfo.InvariantCulture)))
        {
            sink.Write(LogTypes.Notice, "lost");
            destination.Failed.Wait(TestContext.Current.CancellationToken);
            destination.IsFull = false;
            sink.Write(LogTypes.Notice, "kept");
        }

        Assert.Equal(["kept", "1 lost"], destination.Lines);
    }

    [Fact]
    public void file_that_cannot_be_opened_leaves_the_log_as_it_was()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        using (var loggers = new LineLoggerFactory(TextWriter.Null, writer, Bare))
        {
            LogSettings wrong = Bare with { Destinations = ["stdout", "file"], File = "/nowhere/a.log" };
            Assert.ThrowsAny<IOException>(() => loggers.Apply(wrong));
            Write(loggers.CreateLogger("any"), "still here");
        }

        Assert.Equal("still here\n", writer.ToString());
    }

    [Fact]
    public void destination_that_hangs_holds_up_neither_who_logs_nor_the_others()
    {
        using var stuck = new StuckWriter();
        using var arrived = new SignalWriter();
        var loggers = new LineLoggerFactory(stuck, arrived, Bare with { Destinations = ["stdout", "stderr"] });
        Write(loggers.CreateLogger("any"), "line");
        Assert.True(arrived.Written.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        stuck.Release();
        loggers.Dispose();
    }

    [Theory]
    [InlineData(LogLevel.Error, null, 27)] // daemon.err
    [InlineData(LogLevel.Information, null, 30)]
    [InlineData(LogLevel.Warning, 0, 132)] // local0.warning
    [InlineData(LogLevel.Debug, 7, 191)]
    public async Task syslog_gets_a_datagram_for_each_line(LogLevel level, int? facility, int priority)
    {
        string path = Path.Combine(_directory.FullName, "log");
        using Socket daemon = Bind(path);
        LogSettings settings = Bare with { Destinations = ["syslog"], Facility = facility };
        settings = settings with { Types = LogSettings.AllTypes };
        using (var loggers = new LineLoggerFactory(TextWriter.Null, TextWriter.Null, settings, null, path))
        {
            loggers.CreateLogger("any").Log(level, default, "hello", null, static (text, _) => text);
            Assert.Matches(
                new Regex($@"^<{priority}>[A-Z][a-z][a-z] [ \d]\d \d\d:\d\d:\d\d fastmqtt\[\d+\]: (\w+: )?hello$"),
                await ReceiveAsync(daemon));
            daemon.Dispose();
            File.Delete(path);
            using Socket restarted = Bind(path);
            loggers.CreateLogger("any").Log(level, default, "again", null, static (text, _) => text);
            Assert.EndsWith("again", await ReceiveAsync(restarted), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void topics_get_every_type_but_debugging()
    {
        List<string> published = [];
        LogSettings settings = Bare with { Destinations = ["topic"], Types = LogSettings.AllTypes };
        using (var loggers = new LineLoggerFactory(TextWriter.Null, TextWriter.Null, settings))
        {
            loggers.Publish = (topic, payload) =>
            {
                published.Add($"{Encoding.UTF8.GetString(topic)} {Encoding.UTF8.GetString(payload)}");
                return true;
            };
            ILogger logger = loggers.CreateLogger("any");
            (LogLevel Level, int Number)[] lines =
            [
                (LogLevel.Error, 0), (LogLevel.Warning, 0), (LogLevel.Information, 0), (LogLevel.Information, 10),
                (LogLevel.Debug, 0), (LogLevel.Trace, 30), (LogLevel.Trace, 31),
            ];
            foreach ((LogLevel level, int number) in lines)
            {
                logger.Log(level, new EventId(number), "x", null, static (text, _) => text);
            }
        }

        Assert.Equal(
            [
                "$SYS/broker/log/E Error: x", "$SYS/broker/log/W Warning: x", "$SYS/broker/log/I x",
                "$SYS/broker/log/N x", "$SYS/broker/log/M/subscribe x", "$SYS/broker/log/M/unsubscribe x",
            ],
            published);
    }

    [Fact]
    public void none_logs_nothing()
    {
        using var writer = new StringWriter();
        using (var loggers = new LineLoggerFactory(writer, writer, Bare with { Destinations = ["none"] }))
        {
            Write(loggers.CreateLogger("any"), "line");
        }

        Assert.Empty(writer.ToString());
    }

    [Fact]
    public void dlt_is_not_supported() =>
        Assert.Contains("dlt", Assert.Throws<IOException>(() => To("dlt", null)).Message, StringComparison.Ordinal);

    private static LineLoggerFactory To(string destination, string? file) => new(
        TextWriter.Null, TextWriter.Null, Bare with { Destinations = [destination], File = file });

    private static void Write(ILogger logger, string text) =>
        logger.Log(LogLevel.Information, default, text, null, static (text, _) => text);

    private static Socket Bind(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        byte[] datagram = new byte[1024];
        int length = await socket.ReceiveAsync(datagram, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(datagram, 0, length);
    }

    private sealed class FailingDestination : ILogDestination
    {
        private readonly List<string> _pending = [];

        public List<string> Lines { get; } = [];

        public ManualResetEventSlim Failed { get; } = new();

        public bool IsFull { get; set; } = true;

        public void Append(LogTypes type, ReadOnlySpan<char> line) => _pending.Add(line.ToString());

        public void Flush()
        {
            if (IsFull)
            {
                _pending.Clear();
                Failed.Set();
                throw new IOException("no space left");
            }

            Lines.AddRange(_pending);
            _pending.Clear();
        }

        public void Reopen()
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class StuckWriter : StringWriter
    {
        private readonly ManualResetEventSlim _released = new();

        public void Release() => _released.Set();

        public override void Write(char[] buffer, int index, int count) => _released.Wait();

        protected override void Dispose(bool disposing)
        {
            _released.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class SignalWriter : StringWriter
    {
        public ManualResetEventSlim Written { get; } = new();

        public override void Flush() => Written.Set();

        protected override void Dispose(bool disposing)
        {
            Written.Dispose();
            base.Dispose(disposing);
        }
    }
}
