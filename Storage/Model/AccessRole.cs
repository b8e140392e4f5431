namespace EventTorrent.Storage.Model;

/// <summary>What a key may do at the door; each may do what those before it may.</summary>
public enum AccessRole
{
    /// <summary>See everything, and get tickets to watch.</summary>
    Viewer,

    /// <summary>Submit tasks and steer them.</summary>
    Submitter,

    /// <summary>Delete tasks, and manage keys.</summary>
    Admin,
}
