package imaging.dicoogle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Collections;
import net.xeoh.plugins.base.annotations.PluginImplementation;
import pt.ua.dicoogle.sdk.JettyPluginInterface;
import pt.ua.dicoogle.sdk.PluginSet;
import pt.ua.dicoogle.sdk.StorageInterface;
import pt.ua.dicoogle.sdk.core.DicooglePlatformInterface;
import pt.ua.dicoogle.sdk.core.PlatformCommunicatorInterface;
import pt.ua.dicoogle.sdk.settings.ConfigurationHolder;

/**
 * What Dicoogle loads. Settings come first, then the platform; the journal's work begins with the
 * platform. Settings that don't work throw, which ends Dicoogle where its kill switch is set.
 */
@PluginImplementation
public final class DurableStoragePluginSet implements PluginSet, PlatformCommunicatorInterface {
    static final String NAME = "durable-storage";

    private final Repository repository = new Repository();
    private ConfigurationHolder holder;

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public Collection<? extends StorageInterface> getStoragePlugins() {
        return Collections.singleton(repository.storage());
    }

    @Override
    public Collection<? extends JettyPluginInterface> getJettyPlugins() {
        return Collections.singleton(repository.measurement());
    }

    @Override
    public void setSettings(ConfigurationHolder given) {
        holder = given;
        try {
            repository.open(Options.read(given.getConfiguration()));
        } catch (IOException failed) {
            throw new UncheckedIOException(
                    "The repository or its journal can't be opened; are the volumes mounted and"
                            + " writable?", failed);
        }
    }

    @Override
    public ConfigurationHolder getSettings() {
        return holder;
    }

    @Override
    public void setPlatformProxy(DicooglePlatformInterface platform) {
        repository.begin(platform);
    }

    @Override
    public void shutdown() {
        repository.close();
    }
}
