"""What a C-STORE may bring: SOP classes and transfer syntaxes.

Owns the lists. Doesn't own how Dicoogle's settings spell them. Dicoogle accepts no class that its
settings don't name, and names all by itself only where it has no settings at all (SOPList and
ServerSettingsManager of Dicoogle 3.5.1): without these lists every C-STORE would be refused.
"""

from __future__ import annotations

from typing import Final

_STORAGE: Final = "1.2.840.10008.5.1.4.1.1."
_KNOWN: Final = (
    *("1", "1.1", "1.1.1", "1.2", "1.3", "1.3.1", "2", "2.1", "3.1", "4", "4.1", "4.2", "6.1"),
    *("7", "7.1", "7.2", "7.3", "7.4", "9.1.2", "9.1.3", "9.2.1", "9.3.1", "9.4.1"),
    *("11.1", "11.2", "11.3", "11.4", "12.1", "12.1.1", "12.2", "12.2.1", "13.1.3", "20"),
    *("66", "66.1", "66.2", "67", "77.1.1", "77.1.1.1", "77.1.2", "77.1.2.1", "77.1.3", "77.1.4"),
    *("77.1.4.1", "77.1.5.1", "77.1.5.2", "77.1.5.3", "77.1.6", "88.11", "88.22", "88.33", "88.40"),
    *("88.50", "88.59", "88.65", "88.67", "104.1", "128", "481.1", "481.2", "481.3", "481.4"),
    *("481.5", "481.6", "481.7"),
)
"""Classes that Dicoogle 3.5.1 has a place for; the retired ones are left out."""
_NEWER: Final = {
    "1.2.1": "DigitalMammographyXRayImageStorageForProcessing",
    "2.2": "LegacyConvertedEnhancedCTImageStorage",
    "4.3": "EnhancedMRColorImageStorage",
    "4.4": "LegacyConvertedEnhancedMRImageStorage",
    "6.2": "EnhancedUSVolumeStorage",
    "9.1.1": "TwelveLeadECGWaveformStorage",
    "11.5": "XAXRFGrayscaleSoftcopyPresentationStateStorage",
    "13.1.1": "XRay3DAngiographicImageStorage",
    "13.1.2": "XRay3DCraniofacialImageStorage",
    "13.1.4": "BreastProjectionXRayImageStorageForPresentation",
    "30": "ParametricMapStorage",
    "66.3": "DeformableSpatialRegistrationStorage",
    "66.4": "SegmentationStorage",
    "66.5": "SurfaceSegmentationStorage",
    "77.1.5.4": "OphthalmicTomographyImageStorage",
    "88.34": "Comprehensive3DSRStorage",
    "88.68": "RadiopharmaceuticalRadiationDoseSRStorage",
    "88.71": "AcquisitionContextSRStorage",
    "104.2": "EncapsulatedCDAStorage",
    "104.3": "EncapsulatedSTLStorage",
    "128.1": "LegacyConvertedEnhancedPETImageStorage",
    "130": "EnhancedPETImageStorage",
    "481.8": "RTIonPlanStorage",
    "481.9": "RTIonBeamsTreatmentRecordStorage",
}
"""Classes that Dicoogle must be told of by name; the keywords are DICOM's (PS3.6 table A-1)."""

ADDITIONAL: Final = {_STORAGE + suffix: keyword for suffix, keyword in _NEWER.items()}
"""UID to keyword of the classes that Dicoogle doesn't know by itself."""
SOP_CLASSES: Final = (*(_STORAGE + suffix for suffix in _KNOWN), *ADDITIONAL)
"""UIDs of all classes that are accepted."""
UNCOMPRESSED: Final = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2")
"""Implicit, explicit and big endian; every DICOM peer speaks the first."""
TRANSFER_SYNTAXES: Final = (
    *UNCOMPRESSED,
    "1.2.840.10008.1.2.1.99",  # deflated
    *(
        f"1.2.840.10008.1.2.4.{kind}" for kind in (50, 51, 57, 70, 80, 81, 90, 91, 100)
    ),  # JPEG, MPEG
    "1.2.840.10008.1.2.5",  # run lengths
)
"""UIDs of all transfer syntaxes that Dicoogle 3.5.1 has a place for (TransfersStorage)."""
