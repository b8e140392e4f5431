namespace EventTorrent.Media.Tests.Support;

/// <summary>A shell script in the place of ffmpeg that misbehaves. The first thing it does is to note its process id.</summary>
internal sealed class StubFfmpeg : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("eventtorrent-stub-");

    public StubFfmpeg(string body)
    {
        Path = System.IO.Path.Join(_directory.FullName, "ffmpeg");
        File.WriteAllText(Path, $"#!/bin/sh\necho $$ >> '{Pids}'\n{body}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public string Path { get; }

    /// <summary>The file to which scripts add the process ids of what they start.</summary>
    public string Pids => System.IO.Path.Join(_directory.FullName, "pids");

    /// <summary>Noted processes that run (zombies, which init has yet to collect, do not).</summary>
    public IEnumerable<int> Alive() => File.ReadAllLines(Pids).Select(int.Parse).Where(pid =>
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    });

    /// <summary>Waits until so many processes have noted themselves.</summary>
    public async Task StartedAsync(int count)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!File.Exists(Pids) || File.ReadAllLines(Pids).Length < count)
            await tick.WaitForNextTickAsync(deadline.Token);
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
