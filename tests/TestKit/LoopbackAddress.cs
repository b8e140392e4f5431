using System.Net;

namespace EventTorrent.TestKit;

/// <summary>
/// Addresses out of 127.0.0.0/8, one per peer: clients count peers by address, and tests that run side by side do not
/// meet on a port.
/// </summary>
public static class LoopbackAddress
{
    /// <summary>Second octet: differs between test processes with high probability.</summary>
    private static readonly byte Process = (byte)Random.Shared.Next(2, 255);

    private static int _count;

    /// <summary>An address that this process has not handed out before (until 65,024 are used up).</summary>
    public static IPAddress Next()
    {
        var number = Interlocked.Increment(ref _count) - 1;
        return new IPAddress([127, Process, (byte)(number / 254 % 256), (byte)((number % 254) + 1)]);
    }

    /// <summary>A new address with a free port.</summary>
    public static IPEndPoint NextEndpoint()
    {
        var address = Next();
        return new IPEndPoint(address, FreePort.Next(address));
    }
}
