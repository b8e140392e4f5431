using EventTorrent.TestKit;

namespace EventTorrent.Download.Tests;

/// <summary>A file system of a few megabytes in memory, which only root can make; gone on dispose.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly TempDirectory _place = new();

    public string FullPath => _place["disk"];

    private string Filler => Path.Combine(FullPath, "filler");

    public static async Task<SmallDisk> MountAsync(int megabytes, CancellationToken cancellationToken)
    {
        var disk = new SmallDisk();
        disk._place.CreateDirectory("disk");
        if (await RunAsync("mount", ["-t", "tmpfs", "-o", $"size={megabytes}m", "eventtorrent-test", disk.FullPath], cancellationToken) != 0)
        {
            await disk._place.DisposeAsync();
            Assert.Skip("A file system of its own can't be mounted here: that takes root.");
        }

        return disk;
    }

    /// <summary>Takes all the room that is left but for so many bytes.</summary>
    public async Task FillAsync(int leave, CancellationToken cancellationToken)
    {
        await using var filler = new FileStream(Filler, FileMode.Create);
        try
        {
            var block = new byte[4096];
            while (new DriveInfo(FullPath).AvailableFreeSpace > leave)
            {
                await filler.WriteAsync(block, cancellationToken);
                await filler.FlushAsync(cancellationToken);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void Empty() => File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", ["-l", FullPath], CancellationToken.None);
        await _place.DisposeAsync();
    }

    private static async Task<int> RunAsync(string tool, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        await using var process = await ToolProcess.StartAsync(tool, arguments);
        return await process.WaitForExitAsync(TimeSpan.FromSeconds(20), cancellationToken);
    }
}
