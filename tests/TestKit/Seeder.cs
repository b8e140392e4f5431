using System.Net;

namespace EventTorrent.TestKit;

/// <summary>
/// A BitTorrent client of somebody else's making, in a process of its own, on a loopback address of its own. It is
/// killed, and its directory removed, on dispose.
/// </summary>
public abstract class Seeder : IAsyncDisposable
{
    private protected static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private ToolProcess? _process;

    /// <summary>Where peers reach it (TCP).</summary>
    public IPEndPoint Endpoint { get; private protected init; } = LoopbackAddress.NextEndpoint();

    public int Pid => Process.Pid;

    /// <summary>The last lines that it printed.</summary>
    public string Log => Process.Output;

    private protected TempDirectory Home { get; } = new();

    private protected ToolProcess Process => _process ?? throw new InvalidOperationException("It was not started.");

    /// <summary>Payload that it says it has sent.</summary>
    public abstract Task<long> GetUploadedBytesAsync(CancellationToken cancellationToken);

    /// <summary>How far it says its one torrent has come.</summary>
    public abstract Task<Transfer> GetTransferAsync(CancellationToken cancellationToken);

    /// <summary>Freezes it: its sockets stay open and silent.</summary>
    public void Suspend() => Process.Suspend();

    /// <summary>Lets it go on.</summary>
    public void Resume() => Process.Resume();

    public virtual async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        await Home.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected async Task LaunchAsync(string tool, IEnumerable<string> arguments) =>
        _process = await ToolProcess.StartAsync(tool, arguments, Home.FullPath, new Dictionary<string, string> { ["HOME"] = Home.FullPath });

    /// <summary>Starts a client, and takes it away again when it does not come up.</summary>
    private protected static async Task<T> StartAsync<T>(T seeder, Func<Task> start)
        where T : Seeder
    {
        try
        {
            await start();
            return seeder;
        }
        catch
        {
            await seeder.DisposeAsync();
            throw;
        }
    }
}
