using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace EventTorrent.Media.Paging;

/// <summary>
/// Tells whose process a connection over loopback comes from. The address of a source is in ffmpeg's command line, which every user of
/// the machine can read; only our own processes are served.
/// </summary>
internal static class LoopbackPeer
{
    private const string Table = "/proc/net/tcp";

    /// <summary>
    /// Compares the owners of both ends in the kernel's table (proc_net_tcp). Where there is no such table, the secret in the path must do.
    /// </summary>
    public static async Task<bool> IsOursAsync(IPEndPoint local, IPEndPoint remote, CancellationToken cancellationToken)
    {
        string[] rows;
        try
        {
            rows = await File.ReadAllLinesAsync(Table, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }

        return Owner(rows, local, remote) is { } ours && Owner(rows, remote, local) == ours;
    }

    /// <summary>User id of the process whose end of the connection is <paramref name="local"/>; null when it is gone.</summary>
    private static string? Owner(string[] rows, IPEndPoint local, IPEndPoint remote)
    {
        const int LocalAddress = 1;
        const int RemoteAddress = 2;
        const int User = 7;
        var (here, there) = (Format(local), Format(remote));
        foreach (var row in rows)
        {
            // Almost every row is somebody else's: those are not taken apart.
            if (!row.Contains(here, StringComparison.Ordinal))
                continue;
            var cells = row.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (cells.Length > User && cells[LocalAddress] == here && cells[RemoteAddress] == there)
                return cells[User];
        }

        return null;
    }

    /// <summary>The address as a number in the byte order of the machine, the port as one.</summary>
    private static string Format(IPEndPoint end)
    {
        Span<byte> address = stackalloc byte[4];
        end.Address.MapToIPv4().TryWriteBytes(address, out _);
        var number = BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(address) : BinaryPrimitives.ReadUInt32BigEndian(address);
        return string.Create(CultureInfo.InvariantCulture, $"{number:X8}:{end.Port:X4}");
    }
}
