package imaging.dicoogle;

import imaging.metrics.WebMeasurement;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.handler.HandlerList;
import pt.ua.dicoogle.sdk.JettyPluginInterface;
import pt.ua.dicoogle.sdk.settings.ConfigurationHolder;

/** Brings the measurement of requests into Dicoogle's web server. */
final class MeasurementPlugin implements JettyPluginInterface {
    private final WebMeasurement measurement;
    private ConfigurationHolder holder;

    MeasurementPlugin(WebMeasurement measurement) {
        this.measurement = measurement;
    }

    @Override
    public String getName() {
        return "measurement";
    }

    @Override
    public HandlerList getJettyHandlers() {
        HandlerList handlers = new HandlerList();
        handlers.setHandlers(new Handler[] {measurement});
        return handlers;
    }

    @Override
    public boolean enable() {
        return true;
    }

    @Override
    public boolean disable() {
        return false;
    }

    @Override
    public boolean isEnabled() {
        return true;
    }

    @Override
    public void setSettings(ConfigurationHolder given) {
        holder = given;
    }

    @Override
    public ConfigurationHolder getSettings() {
        return holder;
    }
}
