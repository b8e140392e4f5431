using System.ComponentModel.DataAnnotations;

namespace EventTorrent.AllInOne.Nodes;

/// <summary>
/// The node that runs beside the service and serves its volume to viewers. Section <c>Node</c>. Its own options are taken
/// from the environment, such as <c>EVENTTORRENT_PEER_UDP_PORTS</c>.
/// </summary>
internal sealed class NodeOptions
{
    public const string Section = "Node";

    /// <summary>Without it streams are made and served to nobody.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Node.js 20.19 or newer.</summary>
    [Required]
    public string Runtime { get; set; } = "node";

    /// <summary>The built program; null to look where a checkout and a package have it.</summary>
    public string? Program { get; set; }
}
