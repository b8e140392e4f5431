using System.Globalization;

namespace EventTorrent.TestKit;

/// <summary>One process of a cluster under its supervisor, through all its lives: what a test may do to it, and what it costs.</summary>
public sealed class ClusterProcess : IAsyncDisposable
{
    private const int KeptLines = 5_000;

    /// <summary>Of a second, in /proc: the same on every Linux that .NET runs on.</summary>
    private const int ClockTicksPerSecond = 100;

    private readonly Supervisor _supervisor;
    private readonly Journal<string> _lines = new(KeptLines);
    private readonly StreamWriter _file;

    /// <param name="command">The program, and its arguments.</param>
    internal ClusterProcess(
        ClusterRole role, int number, IReadOnlyList<string> command, Uri url, string directory, IReadOnlyDictionary<string, string> settings)
    {
        Role = role;
        Number = number;
        Url = url;
        Name = $"{role}-{number}".ToLowerInvariant();
        LogPath = Path.Combine(directory, Name + ".log");
        _file = new StreamWriter(LogPath, append: true) { AutoFlush = true };
        var environment = settings.ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value);
        _supervisor = new Supervisor(() => ToolProcess.StartAsync(command[0], command.Skip(1), directory, environment, heard: Hear));
    }

    public ClusterRole Role { get; }

    /// <summary>Number within its role, from 0.</summary>
    public int Number { get; }

    /// <summary>Such as <c>saga-0</c>.</summary>
    public string Name { get; }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>Process id of the life that runs now, or null.</summary>
    public int? Pid => _supervisor.Life?.Pid;

    /// <summary>How often it was started.</summary>
    public int Starts => _supervisor.Starts;

    /// <summary>The exit code of the last life that ended, or null.</summary>
    public int? LastExitCode => _supervisor.LastExitCode;

    /// <summary>Whether it is started again when it exits.</summary>
    public bool Restarts
    {
        get => _supervisor.Restarts;
        set => _supervisor.Restarts = value;
    }

    /// <summary>The last lines of all its lives.</summary>
    public string Log => string.Join('\n', _lines.Entries);

    /// <summary>Every line of all its lives.</summary>
    public string LogPath { get; }

    /// <summary>Resident memory of the life that runs now.</summary>
    public long MemoryBytes => ReadStatus("VmRSS:") * 1024;

    /// <summary>CPU time of the life that runs now.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            // Fields 14 and 15, counted after the name in parentheses, which may hold anything.
            var stat = File.ReadAllText($"/proc/{Running.Pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
            return TimeSpan.FromSeconds((double)ticks / ClockTicksPerSecond);
        }
    }

    private ToolProcess Running => _supervisor.Life ?? throw new InvalidOperationException($"{Name} does not run.");

    /// <summary>Starts what was stopped.</summary>
    public Task StartAsync() => _supervisor.StartAsync();

    /// <summary>Ends it in good order (SIGTERM); it stays stopped.</summary>
    /// <returns>False when it had to be killed at the deadline.</returns>
    public Task<bool> StopAsync(TimeSpan deadline) => _supervisor.StopAsync(deadline);

    /// <summary>Kills it as a crash would (SIGKILL); the supervisor starts it again unless <see cref="Restarts"/> is off.</summary>
    public void Kill() => Running.Signal(UnixSignal.Kill);

    /// <summary>Freezes it (SIGSTOP): its connections stay open and silent.</summary>
    public void Suspend() => Running.Suspend();

    /// <summary>Lets it go on.</summary>
    public void Resume() => Running.Resume();

    public void Signal(UnixSignal signal) => Running.Signal(signal);

    /// <summary>The first line of any life that matches, past or to come.</summary>
    public Task<string> WaitForLineAsync(Predicate<string> match, TimeSpan deadline, CancellationToken cancellationToken) =>
        _lines.FirstAsync(match, deadline, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _supervisor.DisposeAsync();
        lock (_file)
        {
            _file.Dispose();
        }
    }

    private void Hear(string line)
    {
        _lines.Add(line);
        lock (_file)
        {
            // The last words of a killed life may come after all is over.
            if (_file.BaseStream is { CanWrite: true })
            {
                _file.WriteLine(line);
            }
        }
    }

    private long ReadStatus(string key) =>
        long.Parse(
            File.ReadLines($"/proc/{Running.Pid}/status").Single(line => line.StartsWith(key, StringComparison.Ordinal))[key.Length..].Trim().Split(' ')[0],
            CultureInfo.InvariantCulture);
}
