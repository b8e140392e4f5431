using k8s.Models;

namespace EventTorrent.Deploy.Tests;

/// <summary>Whoever checks tickets has the public keys, and nobody but Api the private ones.</summary>
public sealed class KeysOfTickets
{
    private const string Variable = "Signaling__TicketKeys";
    private const string Folder = "/tickets";

    [Fact]
    public void The_door_shows_them_without_a_key() => Assert.Contains(
        $"routes.MapGet(\"{Folder}/keys.json\", Keys).WithTags(\"Playback\").AllowAnonymous()", RepositoryFile.Read("Api/Playback/TicketEndpoints.cs"), StringComparison.Ordinal);

    [Fact]
    public void In_containers_Signaling_asks_the_service_that_has_them_by_a_name_that_it_answers_to()
    {
        var address = new Uri((string)Of("signaling").Environment[Variable]);

        Assert.Equal($"{Folder}/keys.json", address.AbsolutePath);
        Assert.Equal("http", address.Scheme);
        Assert.Equal(address.Host, Of("api").Environment["Api__AllowedHosts__0"]);
        Assert.Contains(address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), ImageFile.Stages["api"].Arguments("EXPOSE"));
        Assert.NotEmpty(Of("api").Node.Texts("networks").Intersect(Of("signaling").Node.Texts("networks")));
    }

    [Fact]
    public void In_a_cluster_Signaling_and_the_node_ask_the_same_service()
    {
        var signaling = Assert.Single(Pod("signaling").Containers());
        var address = new Uri(Assert.Single(signaling.Env, variable => variable.Name == Variable).Value);
        var api = Assert.Single(Pod("api").Containers());

        Assert.Equal($"{Folder}/keys.json", address.AbsolutePath);
        Assert.Contains(api.Env, variable => variable.Name.StartsWith("Api__AllowedHosts__", StringComparison.Ordinal) && variable.Value == address.Host);
        var service = Assert.Single(KubernetesBase.All<V1Service>(), service => service.Metadata.Name == address.Host);
        Assert.Equal(address.Port, Assert.Single(service.Spec.Ports).Port);
        Assert.Contains(address.ToString(), Assert.Single(Pod("peer").Spec.Template.Spec.InitContainers).Command);
    }

    [Fact]
    public void On_a_machine_Signaling_and_the_node_read_the_file_that_Api_writes()
    {
        var directory = Assert.Single(new UnitFile("eventtorrent-api.service").All("Environment"), line => line.StartsWith("Playback__KeyDirectory=", StringComparison.Ordinal)).Split('=')[1];
        var file = $"{directory}/public.json";

        Assert.Contains($"\n{Variable}={file}\n", RepositoryFile.Read($"{UnitFile.Folder}/etc/signaling.env"), StringComparison.Ordinal);
        Assert.Contains($"EVENTTORRENT_PEER_TICKET_KEYS={file}", new UnitFile("eventtorrent-peer.service").All("Environment"));
        // The directory may be entered by all; the private keys in it are written for their owner alone (tests/Api.Tests/GivingTickets.cs).
        Assert.Contains($"d {directory} 0755 ", RepositoryFile.Read($"{UnitFile.Folder}/tmpfiles.conf"), StringComparison.Ordinal);
        Assert.Equal("0022", new UnitFile("eventtorrent-api.service").Last("UMask"));
    }

    [Fact]
    public void The_private_ones_are_mounted_by_Api_and_by_the_node_which_is_another_user_and_can_not_write()
    {
        var mounts = ComposeService.All.Where(service => service.Node.Texts("volumes").Any(volume => volume.StartsWith("tickets:", StringComparison.Ordinal))).ToList();

        Assert.Equal(["api", "peer"], mounts.Select(service => service.Name).Order(StringComparer.Ordinal));
        Assert.NotEqual(Of("api").Node.Text("user"), Of("peer").Node.Text("user"));
        Assert.Contains($"tickets:{Folder}:ro", Of("peer").Node.Texts("volumes"));
        Assert.Equal(Folder, Of("api").Environment["Playback__KeyDirectory"]);
    }

    private static ComposeService Of(string name) => ComposeService.All.Single(service => service.Name == name);

    private static V1Deployment Pod(string name) => KubernetesBase.All<V1Deployment>().Single(deployment => deployment.Metadata.Name == name);
}
