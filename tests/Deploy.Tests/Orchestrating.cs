using EventTorrent.Contracts;
using k8s.Models;
using YamlDotNet.Core;

namespace EventTorrent.Deploy.Tests;

/// <summary>deploy/kubernetes against the schema of Kubernetes, the images, the queues and the code's options.</summary>
public sealed class Orchestrating
{
    /// <summary>Within 10 s every process has saved what it has and is gone (docs/operations.md).</summary>
    private const int StopSeconds = 10;

    private static readonly string[] Workers = ["worker-download", "worker-screenshot", "worker-transcode"];

    public static TheoryData<string> Names => [.. KubernetesBase.All<V1Deployment>().Select(deployment => deployment.Metadata.Name)];

    [Fact]
    public void Every_process_is_deployed() => Assert.Equal(
        ComposeService.All.Where(service => service.IsOurs && !service.IsOneOff).Select(service => service.Name).Order(StringComparer.Ordinal),
        KubernetesBase.All<V1Deployment>().Select(deployment => deployment.Metadata.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void The_base_lists_its_files() => Assert.Equal(
        RepositoryFile.Names(KubernetesBase.Folder, "*.yaml").Except(["kustomization.yaml", "secret.example.yaml"]),
        KubernetesBase.Resources.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: b\ndatum: c\n")]
    [InlineData("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\nspec:\n  replicas: many\n")]
    [InlineData("apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata:\n  name: a\nspec:\n  minReplicas: 1\n")]
    public void What_is_no_object_of_Kubernetes_is_refused(string text) => Assert.ThrowsAny<YamlException>(() => KubernetesBase.Parse(text));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_pod_can_gain_no_right(string name)
    {
        var pod = Of(name).Spec.Template.Spec;

        Assert.False(pod.AutomountServiceAccountToken);
        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.Equal(ComposeService.All.Single(service => service.Name == name).Node.Text("user"), $"{pod.SecurityContext.RunAsUser}:{pod.SecurityContext.RunAsGroup}");
        Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
        Assert.All(Of(name).Containers(), container =>
        {
            Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
            Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
            Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
            Assert.Contains("memory", container.Resources.Limits.Keys);
            Assert.Contains("cpu", container.Resources.Requests.Keys);
        });
        Assert.All(pod.Volumes.Where(volume => volume.EmptyDir is not null), volume => Assert.NotNull(volume.EmptyDir.SizeLimit));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_pod_runs_the_image_of_compose(string name) => Assert.All(
        Of(name).Containers(), container => Assert.Equal(ComposeService.All.Single(service => service.Name == name).Image, container.Image));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_variable_of_a_pod_is_read_by_its_program(string name)
    {
        var variables = Of(name).Containers().SelectMany(container => container.Env ?? []).ToList();

        Assert.All(variables, variable => Assert.True(variable.Name == "NODE_KEY" || OptionKeys.Knows(variable.Name, ImageFile.ProjectOf(name)), variable.Name));
    }

    [Fact]
    public void Every_common_setting_is_an_option() => Assert.All(
        Assert.Single(KubernetesBase.All<V1ConfigMap>()).Data.Keys, variable => Assert.True(OptionKeys.Knows(variable), variable));

    [Fact]
    public void Secrets_come_from_the_one_that_the_example_shows_and_from_no_file_of_the_base()
    {
        var example = Assert.IsType<V1Secret>(Assert.Single(KubernetesBase.Read("secret.example.yaml")));
        var asked = KubernetesBase.All<V1Deployment>().SelectMany(deployment => deployment.Containers()).SelectMany(container => container.Env ?? [])
            .Select(variable => variable.ValueFrom?.SecretKeyRef).OfType<V1SecretKeySelector>().ToList();

        Assert.Empty(KubernetesBase.All<V1Secret>());
        Assert.All(asked, secret => Assert.Equal(example.Metadata.Name, secret.Name));
        Assert.Equal(example.StringData.Keys.Order(StringComparer.Ordinal), asked.Select(secret => secret.Key).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_process_of_NET_is_asked_for_the_watchdogs_word_and_for_its_readiness(string name)
    {
        if (name == "peer")
        {
            return;
        }

        var container = Assert.Single(Of(name).Containers());

        Assert.Equal("/health/live", container.StartupProbe.HttpGet.Path);
        Assert.Equal("/health/live", container.LivenessProbe.HttpGet.Path);
        Assert.Equal("/health/ready", container.ReadinessProbe.HttpGet.Path);
        // Api answers to names that are its own.
        Assert.All([container.StartupProbe, container.LivenessProbe, container.ReadinessProbe], probe =>
            Assert.Equal(name == "api" ? "localhost" : null, probe.HttpGet.HttpHeaders?.Single(header => header.Name == "Host").Value));
        Assert.Equal(8080, Assert.Single(container.Ports, port => port.Name == "http").ContainerPort);
    }

    [Fact]
    public void The_node_is_asked_too()
    {
        var node = Of("peer").Spec.Template.Spec.Containers.Single();

        Assert.NotNull(node.LivenessProbe.Exec);
        Assert.NotNull(node.ReadinessProbe.Exec);
        Assert.True(Assert.Single(node.VolumeMounts, mount => mount.MountPath == "/volume").ReadOnlyProperty);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_pod_has_more_time_to_end_than_its_process_takes(string name) =>
        Assert.True(Of(name).Spec.Template.Spec.TerminationGracePeriodSeconds >= 2 * StopSeconds);

    [Fact]
    public void Workers_follow_their_queues()
    {
        var queues = new Dictionary<string, string[]>
        {
            ["worker-screenshot"] = [Queues.ScreenshotWork],
            ["worker-download"] = [Queues.DownloadWork, Queues.DownloadOn("main")],
            ["worker-transcode"] = [Queues.TranscodeOn("main")],
        };

        var scalers = KubernetesBase.All<Keda.ScaledObject>().ToDictionary(scaler => scaler.Spec.ScaleTargetRef.Name);

        Assert.Equal(Workers, scalers.Keys.Order(StringComparer.Ordinal));
        Assert.All(scalers, scaler =>
        {
            var spec = scaler.Value.Spec;
            Assert.Equal(queues[scaler.Key], spec.Triggers.Select(trigger => trigger.Metadata["queueName"]));
            Assert.All(spec.Triggers, trigger => Assert.Equal(("rabbitmq", "QueueLength"), (trigger.Type, trigger.Metadata["mode"])));
            Assert.All(spec.Triggers, trigger => Assert.Contains(KubernetesBase.All<Keda.TriggerAuthentication>(), one => one.Metadata.Name == trigger.AuthenticationRef.Name));
            // The saga host counts the slots of the workers that there are: without one it would issue nothing, for ever.
            Assert.True(spec.MinReplicaCount >= 1 && spec.MaxReplicaCount > spec.MinReplicaCount);
            Assert.Null(Of(scaler.Key).Spec.Replicas);
        });
        Assert.All(KubernetesBase.All<Keda.TriggerAuthentication>(), one => Assert.Equal("Bus__Address", Assert.Single(one.Spec.SecretTargetRef).Key));
    }

    [Fact]
    public void The_volumes_name_is_the_one_of_the_queues() =>
        Assert.Equal("main", Assert.Single(KubernetesBase.All<V1ConfigMap>()).Data["Volume__Name"]);

    [Fact]
    public void What_there_are_several_of_is_not_taken_away_at_once()
    {
        var budgets = KubernetesBase.All<V1PodDisruptionBudget>().ToDictionary(budget => budget.Metadata.Name);

        Assert.Equal(["sagas", "signaling", .. Workers], budgets.Keys.OrderBy(name => Workers.Contains(name)).ThenBy(name => name, StringComparer.Ordinal));
        Assert.All(budgets, budget => Assert.Equal(budget.Key, budget.Value.Spec.Selector.MatchLabels["app.kubernetes.io/name"]));
        Assert.All(budgets, budget => Assert.True(Workers.Contains(budget.Key) ? budget.Value.Spec.MaxUnavailable?.Value == "1" : budget.Value.Spec.MinAvailable?.Value == "1"));
    }

    [Fact]
    public void Services_and_rules_lead_to_pods_that_exist()
    {
        var services = KubernetesBase.All<V1Service>().ToList();
        var backends = KubernetesBase.All<V1Ingress>().SelectMany(ingress => ingress.Spec.Rules).SelectMany(rule => rule.Http.Paths).Select(path => path.Backend.Service.Name);

        Assert.All(services, service => Assert.Equal(Of(service.Metadata.Name).Spec.Template.Metadata.Labels, service.Spec.Selector));
        Assert.Equal(["api", "signaling"], services.Select(service => service.Metadata.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["api", "signaling"], backends.Order(StringComparer.Ordinal));
        Assert.Equal("worker-transcode", Assert.Single(KubernetesBase.All<V1NetworkPolicy>()).Spec.PodSelector.MatchLabels["app.kubernetes.io/name"]);
    }

    [Fact]
    public void Claims_of_pods_exist() => Assert.All(
        KubernetesBase.All<V1Deployment>().SelectMany(deployment => deployment.Spec.Template.Spec.Volumes).Select(volume => volume.PersistentVolumeClaim).OfType<V1PersistentVolumeClaimVolumeSource>(),
        claim => Assert.Contains(KubernetesBase.All<V1PersistentVolumeClaim>(), one => one.Metadata.Name == claim.ClaimName));

    private static V1Deployment Of(string name) => KubernetesBase.All<V1Deployment>().Single(deployment => deployment.Metadata.Name == name);
}
