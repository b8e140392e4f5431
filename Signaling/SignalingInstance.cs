using System.Security.Cryptography;

namespace EventTorrent.Signaling;

/// <summary>This process among the others of its kind: a name that no other has, and that is gone with it.</summary>
internal sealed class SignalingInstance
{
    private const int NameLength = 12;
    private const int SessionLength = 32;

    public string Name { get; } = RandomNumberGenerator.GetHexString(NameLength, lowercase: true);

    /// <summary>A session of a viewer that is connected here. Nobody can guess another's.</summary>
    public string NewSession() => $"{Name}.{RandomNumberGenerator.GetHexString(SessionLength, lowercase: true)}";

    /// <summary>The process that a session names; whether there is one is another matter.</summary>
    public static string InstanceOf(string session) => session.Split('.')[0];
}
