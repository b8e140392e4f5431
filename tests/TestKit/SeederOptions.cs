using System.Net;

namespace EventTorrent.TestKit;

/// <summary>How a seeder behaves. By default it is found only by who is told its address.</summary>
public sealed record SeederOptions
{
    /// <summary>An address of this machine at which others reach Transmission; null for one of the loopback, of its own.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Upload limit; null for none.</summary>
    public int? UploadBytesPerSecond { get; init; }

    /// <summary>Takes part in the DHT through this node.</summary>
    public IPEndPoint? DhtEntry { get; init; }

    /// <summary>Peer exchange (BEP 11).</summary>
    public bool PeerExchange { get; init; }

    /// <summary>uTP (BEP 29) beside TCP, where the client has it.</summary>
    public bool Utp { get; init; }

    /// <summary>Of aria2: takes connections with RC4 and no others.</summary>
    public bool EncryptedOnly { get; init; }
}
