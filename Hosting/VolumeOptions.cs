using System.ComponentModel.DataAnnotations;
using EventTorrent.Contracts;

namespace EventTorrent.Hosting;

/// <summary>The volume that this process works on: a directory with a name that all workers use who mount it. Section <c>Volume</c>.</summary>
public sealed class VolumeOptions : IValidatableObject
{
    public const string Section = "Volume";

    /// <summary>1 to 32 lower-case letters, digits and '-'. Two directories never have one name.</summary>
    [Required]
    public string Name { get; set; } = "main";

    /// <summary>Where the files of torrents go, as <c>{infohash}/{file index}.{extension}</c>; made when it is not there.</summary>
    [Required]
    public string Directory { get; set; } = "data/volume";

    /// <summary>Free space in MiB that is never used up: below it every download of the volume rests.</summary>
    [Range(0, 1024 * 1024)]
    public int ReserveMiB { get; set; } = 1024;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!StoredFiles.IsVolumeName(Name))
        {
            yield return new ValidationResult("Volume:Name has 1 to 32 lower-case letters, digits and '-', and does not begin with '-'.");
        }
    }
}
